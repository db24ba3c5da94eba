#include "libs/clients/adapter_gateway/records_client.h"

#include "callimport/adapter_gateway/v1/records.grpc.pb.h"
#include "libs/rpc/invoke.h"

namespace callimport::adapter_gateway {
namespace {

// The gateway asks no vendor for it.
constexpr std::chrono::seconds kTimeout{5};

class GrpcRecordsClient : public RecordsClient {
 public:
  explicit GrpcRecordsClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::Records::NewStub(channel)) {}

  absl::StatusOr<v1::RemapResponse> Remap(const v1::RemapRequest& request) override {
    return rpc::Invoke(*stub_, &v1::Records::Stub::Remap, request, {.timeout = kTimeout});
  }

  absl::StatusOr<v1::MapRecordsResponse> Map(const v1::MapRecordsRequest& request) override {
    return rpc::Invoke(*stub_, &v1::Records::Stub::MapRecords, request, {.timeout = kTimeout});
  }

  absl::StatusOr<v1::ReleaseRecordsResponse> Release(
      const v1::ReleaseRecordsRequest& request) override {
    return rpc::Invoke(*stub_, &v1::Records::Stub::ReleaseRecords, request, {.timeout = kTimeout});
  }

 private:
  std::unique_ptr<v1::Records::Stub> stub_;
};

}  // namespace

std::unique_ptr<RecordsClient> MakeRecordsClient(const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcRecordsClient>(channel);
}

}  // namespace callimport::adapter_gateway
