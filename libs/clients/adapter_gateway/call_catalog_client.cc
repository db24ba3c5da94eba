#include "libs/clients/adapter_gateway/call_catalog_client.h"

#include "callimport/adapter_gateway/v1/call_catalog.grpc.pb.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/read_stream.h"

namespace callimport::adapter_gateway {
namespace {

// The gateway waits for quota up to 20 s before it says no.
constexpr std::chrono::seconds kCountTimeout{30};
// A longer listing is taken up at its cursor.
constexpr std::chrono::minutes kListTimeout{30};

class GrpcCallCatalogClient : public CallCatalogClient {
 public:
  explicit GrpcCallCatalogClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::CallCatalog::NewStub(channel)) {}

  absl::StatusOr<v1::CountCallsResponse> CountCalls(const v1::CountCallsRequest& request,
                                                    const std::stop_token& stop) override {
    return rpc::Invoke(*stub_, &v1::CallCatalog::Stub::CountCalls, request,
                       {.timeout = kCountTimeout, .stop = stop});
  }

  absl::Status ListCalls(const v1::ListCallsRequest& request, const PageSink& sink,
                         const std::stop_token& stop) override {
    return rpc::ReadStream(*stub_, &v1::CallCatalog::Stub::ListCalls, request, kListTimeout, sink,
                           stop);
  }

 private:
  std::unique_ptr<v1::CallCatalog::Stub> stub_;
};

}  // namespace

std::unique_ptr<CallCatalogClient> MakeCallCatalogClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcCallCatalogClient>(channel);
}

}  // namespace callimport::adapter_gateway
