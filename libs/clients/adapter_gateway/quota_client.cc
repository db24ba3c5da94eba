#include "libs/clients/adapter_gateway/quota_client.h"

#include "callimport/adapter_gateway/v1/quota.grpc.pb.h"
#include "libs/rpc/invoke.h"

namespace callimport::adapter_gateway {
namespace {

// The gateway asks no vendor for it.
constexpr std::chrono::seconds kTimeout{2};

class GrpcQuotaClient : public QuotaClient {
 public:
  explicit GrpcQuotaClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::Quota::NewStub(channel)) {}

  absl::StatusOr<v1::ExplainLimitsResponse> ExplainLimits(const v1::ExplainLimitsRequest& request,
                                                          const std::stop_token& stop) override {
    return rpc::Invoke(*stub_, &v1::Quota::Stub::ExplainLimits, request,
                       {.timeout = kTimeout, .stop = stop});
  }

 private:
  std::unique_ptr<v1::Quota::Stub> stub_;
};

}  // namespace

std::unique_ptr<QuotaClient> MakeQuotaClient(const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcQuotaClient>(channel);
}

}  // namespace callimport::adapter_gateway
