#include "libs/clients/credential_manager/credential_admin_client.h"

#include "callimport/credential_manager/v1/credential_admin.grpc.pb.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"

namespace callimport::credential_manager {
namespace {

const rpc::InvokeOptions kShort{.timeout = std::chrono::seconds(3), .attempts = 3};

class GrpcCredentialAdminClient : public CredentialAdminClient {
 public:
  explicit GrpcCredentialAdminClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::CredentialAdmin::NewStub(channel)) {}

  absl::StatusOr<v1::Credential> Get(const std::string& workspace_id,
                                     const std::string& credential_id) override {
    v1::GetCredentialRequest request;
    request.set_workspace_id(workspace_id);
    request.set_credential_id(credential_id);
    ASSIGN_OR_RETURN(
        v1::GetCredentialResponse response,
        rpc::Invoke(*stub_, &v1::CredentialAdmin::Stub::GetCredential, request, kShort));
    return std::move(*response.mutable_credential());
  }

  absl::Status Delete(const std::string& workspace_id, const std::string& credential_id) override {
    v1::DeleteCredentialRequest request;
    request.set_workspace_id(workspace_id);
    request.set_credential_id(credential_id);
    return rpc::Invoke(*stub_, &v1::CredentialAdmin::Stub::DeleteCredential, request, kShort)
        .status();
  }

 private:
  std::unique_ptr<v1::CredentialAdmin::Stub> stub_;
};

}  // namespace

std::unique_ptr<CredentialAdminClient> MakeCredentialAdminClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcCredentialAdminClient>(channel);
}

}  // namespace callimport::credential_manager
