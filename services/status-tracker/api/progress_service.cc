#include "services/status-tracker/api/progress_service.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/rpc/status.h"
#include "libs/telemetry/log.h"
#include "services/status-tracker/watch/resume_token.h"
#include "services/status-tracker/watch/status_message.h"
#include "services/status-tracker/watch/watch_import_stream.h"

namespace callimport::status_tracker {
namespace {

template <typename Request>
absl::Status CheckNames(const Request& request) {
  return RequestCheck()
      .Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Require(IsUuid(request.job_id()), "job_id", "must be the id of a job")
      .Verdict();
}

absl::StatusOr<v1::WatchImportRequest> Parse(const grpc::ByteBuffer& bytes) {
  v1::WatchImportRequest request;
  grpc::ByteBuffer copy = bytes;  // shares the bytes
  RETURN_IF_ERROR(rpc::FromGrpcStatus(
      grpc::SerializationTraits<v1::WatchImportRequest>::Deserialize(&copy, &request)));
  return request;
}

}  // namespace

grpc::Status ProgressService::GetImportStatus(grpc::ServerContext* context,
                                              const v1::GetImportStatusRequest* request,
                                              v1::GetImportStatusResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Get(*request); });
}

absl::StatusOr<v1::GetImportStatusResponse> ProgressService::Get(
    const v1::GetImportStatusRequest& request) {
  RETURN_IF_ERROR(CheckNames(request));
  ASSIGN_OR_RETURN(const ImportStatus status,
                   finder_.Find(request.workspace_id(), request.job_id()));
  v1::GetImportStatusResponse response;
  *response.mutable_status() = ToProto(status, clock_.Now());
  return response;
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* ProgressService::WatchImport(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes) {
  auto* stream = new WatchImportStream(clock_);  // deletes itself
  const grpc::Status refused = rpc::AnswerWith(*context, [&](const rpc::Caller& caller) {
    ASSIGN_OR_RETURN(const v1::WatchImportRequest request, Parse(*bytes));
    RETURN_IF_ERROR(rpc::Admit(caller, request));
    RETURN_IF_ERROR(CheckNames(request));
    ASSIGN_OR_RETURN(const int64_t known,
                     ReadResumeToken(request.resume_token(), request.job_id()));
    if (const auto watcher = stream->Watch(hub_, request, known)) LookUpFor(watcher);
    return absl::OkStatus();
  });
  if (!refused.ok()) stream->Close(refused);
  return stream;
}

// Off this thread: callback handlers must not wait.
void ProgressService::LookUpFor(const std::shared_ptr<Watcher>& watcher) {
  const bool posted = lookups_.Post([this, watcher] {
    absl::StatusOr<ImportStatus> found = finder_.Find(watcher->workspace_id(), watcher->job_id());
    if (!found.ok()) {
      if (!absl::IsNotFound(found.status())) {
        log::Warning("a job could not be looked up",
                     {{"job_id", watcher->job_id()}, {"status", found.status()}});
      }
      return watcher->End(found.status());
    }
    hub_.Answer(*watcher, *std::move(found));
  });
  if (!posted) {
    watcher->End(Error(absl::StatusCode::kUnavailable, "TOO_MANY_LOOKUPS",
                       "too many streams are being opened; try again"));
  }
}

}  // namespace callimport::status_tracker
