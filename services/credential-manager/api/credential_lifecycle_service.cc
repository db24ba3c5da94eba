#include "services/credential-manager/api/credential_lifecycle_service.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "services/credential-manager/api/credential_messages.h"

namespace callimport::credential_manager {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kEventsPerMessage = 1'000;
constexpr int kSummariesPerPage = 5'000;
constexpr size_t kMaxJobIdBytes = 64;
// How soon a change is found.
constexpr milliseconds kLookEvery{100};
constexpr std::chrono::seconds kHeartbeat{2};

template <typename Request>
RequestCheck IdsCheck(const Request& request) {
  return RequestCheck()
      .Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Require(IsUuid(request.credential_id()), "credential_id", "must be a UUID");
}

template <typename Request>
RequestCheck JobCheck(const Request& request) {
  const std::string& id = request.job_id();
  return IdsCheck(request).Require(
      !id.empty() && id.size() <= kMaxJobIdBytes && id.find('\0') == std::string::npos, "job_id",
      "must be 1 to 64 bytes of text");
}

AuditContext AuditAs(const std::string& actor) { return {actor, CurrentCorrelationId()}; }

}  // namespace

grpc::Status CredentialLifecycleService::Release(grpc::ServerContext* context,
                                                 const v1::ReleaseRequest* request,
                                                 v1::ReleaseResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return DoRelease(caller, *request); });
}

grpc::Status CredentialLifecycleService::Retain(grpc::ServerContext* context,
                                                const v1::RetainRequest* request,
                                                v1::RetainResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return DoRetain(caller, *request); });
}

grpc::Status CredentialLifecycleService::Promote(grpc::ServerContext* context,
                                                 const v1::PromoteRequest* request,
                                                 v1::PromoteResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return DoPromote(*request); });
}

grpc::Status CredentialLifecycleService::GetShredReceipt(grpc::ServerContext* context,
                                                         const v1::GetShredReceiptRequest* request,
                                                         v1::GetShredReceiptResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Receipt(*request); });
}

grpc::Status CredentialLifecycleService::GetCredentialSnapshot(
    grpc::ServerContext* context, const v1::GetCredentialSnapshotRequest* request,
    v1::GetCredentialSnapshotResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Snapshot(*request); });
}

grpc::Status CredentialLifecycleService::WatchCredentials(
    grpc::ServerContext* context, const v1::WatchCredentialsRequest* request,
    grpc::ServerWriter<v1::WatchCredentialsResponse>* writer) {
  return rpc::AnswerWith(*context, *request,
                         [&](const rpc::Caller&) { return Watch(*context, *request, *writer); });
}

absl::StatusOr<v1::ReleaseResponse> CredentialLifecycleService::DoRelease(
    const rpc::Caller& caller, const v1::ReleaseRequest& request) {
  RETURN_IF_ERROR(JobCheck(request)
                      .Require(request.job_end_time().seconds() > 0, "job_end_time", "must be set")
                      .Verdict());
  const Timestamp due = callimport::FromProto(request.job_end_time()) + retry_window_;
  ASSIGN_OR_RETURN(const auto shred_at,
                   store_.Release(request.workspace_id(), request.credential_id(), request.job_id(),
                                  due, AuditAs(caller.Identity())));
  v1::ReleaseResponse response;
  if (shred_at) *response.mutable_shred_time() = callimport::ToProto(*shred_at);
  return response;
}

absl::StatusOr<v1::RetainResponse> CredentialLifecycleService::DoRetain(
    const rpc::Caller& caller, const v1::RetainRequest& request) {
  RETURN_IF_ERROR(JobCheck(request).Verdict());
  RETURN_IF_ERROR(store_.Retain(request.workspace_id(), request.credential_id(), request.job_id(),
                                AuditAs(caller.Identity())));
  return v1::RetainResponse();
}

absl::StatusOr<v1::PromoteResponse> CredentialLifecycleService::DoPromote(
    const v1::PromoteRequest& request) {
  RETURN_IF_ERROR(
      IdsCheck(request)
          .Require(IsNamed(request.actor()), "actor", "must say for whom it is promoted")
          .Verdict());
  RETURN_IF_ERROR(store_.Promote(request.workspace_id(), request.credential_id(),
                                 AuditAs(NameOf(request.actor()))));
  return v1::PromoteResponse();
}

absl::StatusOr<v1::GetShredReceiptResponse> CredentialLifecycleService::Receipt(
    const v1::GetShredReceiptRequest& request) {
  RETURN_IF_ERROR(IdsCheck(request).Verdict());
  ASSIGN_OR_RETURN(const SignedReceipt receipt,
                   store_.FindReceipt(request.workspace_id(), request.credential_id()));
  v1::GetShredReceiptResponse response;
  response.set_statement(receipt.statement);
  response.set_signature(receipt.signature);
  response.set_public_key(receipt.public_key);
  return response;
}

absl::StatusOr<v1::GetCredentialSnapshotResponse> CredentialLifecycleService::Snapshot(
    const v1::GetCredentialSnapshotRequest& request) {
  const std::string& token = request.page_token();
  RETURN_IF_ERROR(
      RequestCheck()
          .Require(token.empty() || IsUuid(token), "page_token", "must be a next_page_token")
          .Verdict());
  // One more than is shown tells whether there is a next page.
  ASSIGN_OR_RETURN(auto snapshot, store_.TakeSnapshot(token, kSummariesPerPage + 1));
  v1::GetCredentialSnapshotResponse response;
  response.set_revision(snapshot.revision);
  for (v1::CredentialSummary& summary : snapshot.credentials) {
    if (response.credentials_size() == kSummariesPerPage) {
      response.set_next_page_token(response.credentials(kSummariesPerPage - 1).credential_id());
      break;
    }
    response.add_credentials()->Swap(&summary);
  }
  return response;
}

absl::Status CredentialLifecycleService::Watch(
    const grpc::ServerContext& context, const v1::WatchCredentialsRequest& request,
    grpc::ServerWriter<v1::WatchCredentialsResponse>& writer) {
  RETURN_IF_ERROR(
      RequestCheck()
          .Require(request.after_revision() >= 0, "after_revision", "must not be negative")
          .Verdict());
  int64_t revision = request.after_revision();
  uint64_t seen = 0;
  steady_clock::time_point written{};
  do {
    if (context.IsCancelled()) return absl::CancelledError("the watcher left");
    ASSIGN_OR_RETURN(auto events, store_.ReadAfter(revision, kEventsPerMessage));
    if (events.empty() && steady_clock::now() - written < kHeartbeat) continue;
    v1::WatchCredentialsResponse message;
    for (v1::CredentialEvent& event : events) {
      revision = event.revision();
      message.add_events()->Swap(&event);
    }
    if (!writer.Write(message)) return absl::CancelledError("the watcher left");
    written = steady_clock::now();
  } while (stopping_.Wait(seen, kLookEvery));
  return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "credential-manager is stopping");
}

}  // namespace callimport::credential_manager
