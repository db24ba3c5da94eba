#include "libs/clients/credential_manager/credential_lifecycle_client.h"

#include "callimport/credential_manager/v1/credential_lifecycle.grpc.pb.h"
#include "libs/rpc/invoke.h"

namespace callimport::credential_manager {
namespace {

using Stub = v1::CredentialLifecycle::Stub;

// All may be repeated. Someone may be waiting for a Retain, and a Release that fails comes again.
const rpc::InvokeOptions kShort{.timeout = std::chrono::seconds(3), .attempts = 3};

class GrpcCredentialLifecycleClient : public CredentialLifecycleClient {
 public:
  explicit GrpcCredentialLifecycleClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::CredentialLifecycle::NewStub(channel)) {}

  absl::StatusOr<v1::ReleaseResponse> Release(const v1::ReleaseRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::Release, request, kShort);
  }

  absl::StatusOr<v1::RetainResponse> Retain(const v1::RetainRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::Retain, request, kShort);
  }

  absl::StatusOr<v1::PromoteResponse> Promote(const v1::PromoteRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::Promote, request, kShort);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<CredentialLifecycleClient> MakeCredentialLifecycleClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcCredentialLifecycleClient>(channel);
}

}  // namespace callimport::credential_manager
