#include "services/credential-manager/api/credential_admin_service.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "services/credential-manager/api/credential_messages.h"

namespace callimport::credential_manager {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;

RequestCheck WorkspaceCheck(const std::string& workspace_id) {
  RequestCheck check;
  return check.Require(IsWorkspaceId(workspace_id), "workspace_id",
                       "must be 1 to 64 letters, digits, '-', '_' or '.'");
}

template <typename Request>
absl::Status CheckIds(const Request& request) {
  return WorkspaceCheck(request.workspace_id())
      .Require(IsUuid(request.credential_id()), "credential_id", "must be a UUID")
      .Verdict();
}

int PageSize(const callimport::common::v1::PageRequest& page) {
  return page.page_size() == 0 ? kDefaultPageSize : std::min(page.page_size(), kMaxPageSize);
}

}  // namespace

CredentialAdminService::CredentialAdminService(CredentialStore& store,
                                               const OAuthProviders* providers,
                                               TokenRevoker* revoker, const Clock& clock)
    : store_(store), providers_(providers), revoker_(revoker), clock_(clock) {}

grpc::Status CredentialAdminService::ListCredentials(grpc::ServerContext* context,
                                                     const v1::ListCredentialsRequest* request,
                                                     v1::ListCredentialsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return List(*request); });
}

grpc::Status CredentialAdminService::GetCredential(grpc::ServerContext* context,
                                                   const v1::GetCredentialRequest* request,
                                                   v1::GetCredentialResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Get(*request); });
}

grpc::Status CredentialAdminService::DeleteCredential(grpc::ServerContext* context,
                                                      const v1::DeleteCredentialRequest* request,
                                                      v1::DeleteCredentialResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Delete(caller, *request); });
}

absl::StatusOr<v1::ListCredentialsResponse> CredentialAdminService::List(
    const v1::ListCredentialsRequest& request) {
  const std::string& token = request.page().page_token();
  RETURN_IF_ERROR(
      WorkspaceCheck(request.workspace_id())
          .Require(request.page().page_size() >= 0, "page.page_size", "must not be negative")
          .Require(token.empty() || IsUuid(token), "page.page_token", "must be a next_page_token")
          .Verdict());
  const int size = PageSize(request.page());
  // One more than asked for tells whether there is a next page.
  ASSIGN_OR_RETURN(const auto found, store_.List(request.workspace_id(), token, size + 1));

  v1::ListCredentialsResponse response;
  for (const Credential& credential : found) {
    if (response.credentials_size() == size) {
      response.set_next_page_token(response.credentials(size - 1).credential_id());
      break;
    }
    *response.add_credentials() = ToProto(credential, providers_, clock_.Now());
  }
  return response;
}

absl::StatusOr<v1::GetCredentialResponse> CredentialAdminService::Get(
    const v1::GetCredentialRequest& request) {
  RETURN_IF_ERROR(CheckIds(request));
  ASSIGN_OR_RETURN(const Credential found,
                   store_.Find(request.workspace_id(), request.credential_id()));
  v1::GetCredentialResponse response;
  *response.mutable_credential() = ToProto(found, providers_, clock_.Now());
  return response;
}

absl::StatusOr<v1::DeleteCredentialResponse> CredentialAdminService::Delete(
    const rpc::Caller& caller, const v1::DeleteCredentialRequest& request) {
  RETURN_IF_ERROR(CheckIds(request));
  const AuditContext context{caller.Identity(), CurrentCorrelationId()};
  ASSIGN_OR_RETURN(auto deleted,
                   store_.Delete(request.workspace_id(), request.credential_id(), context));
  if (deleted && revoker_ != nullptr) revoker_->RevokeLater(*std::move(deleted), context);
  return v1::DeleteCredentialResponse();
}

}  // namespace callimport::credential_manager
