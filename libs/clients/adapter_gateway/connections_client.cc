#include "libs/clients/adapter_gateway/connections_client.h"

#include "callimport/adapter_gateway/v1/connections.grpc.pb.h"
#include "libs/rpc/invoke.h"

namespace callimport::adapter_gateway {
namespace {

using Stub = v1::Connections::Stub;

const rpc::InvokeOptions kShort{.timeout = std::chrono::seconds(3), .attempts = 3};
// The gateway waits for quota up to 20 s before it says no.
const rpc::InvokeOptions kVendor{.timeout = std::chrono::seconds(30), .attempts = 1};
const rpc::InvokeOptions kVerify{.timeout = std::chrono::seconds(5), .attempts = 1};

class GrpcConnectionsClient : public ConnectionsClient {
 public:
  explicit GrpcConnectionsClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::Connections::NewStub(channel)) {}

  absl::StatusOr<v1::ListPlatformsResponse> ListPlatforms() override {
    return rpc::Invoke(*stub_, &Stub::ListPlatforms, v1::ListPlatformsRequest(), kShort);
  }

  absl::StatusOr<v1::ConnectWithApiKeyResponse> Connect(
      const v1::ConnectWithApiKeyRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::ConnectWithApiKey, request, kVendor);
  }

  absl::StatusOr<v1::VerifyCredentialResponse> Verify(
      const v1::VerifyCredentialRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::VerifyCredential, request, kVerify);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<ConnectionsClient> MakeConnectionsClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcConnectionsClient>(channel);
}

}  // namespace callimport::adapter_gateway
