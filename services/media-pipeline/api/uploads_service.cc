#include "services/media-pipeline/api/uploads_service.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/rpc/answer.h"

namespace callimport::media_pipeline {
namespace {

constexpr size_t kMaxChunkBytes = 1 << 20;
constexpr int64_t kMaxUploadBytes = int64_t{16} << 30;
constexpr size_t kMaxNameBytes = 255;

absl::Status Check(const v1::UploadHeader& header) {
  const std::string& name = header.file_name();
  return RequestCheck()
      .Require(IsWorkspaceId(header.workspace_id()), "header.workspace_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Require(
          !name.empty() && name.size() <= kMaxNameBytes && name.find('\0') == std::string::npos,
          "header.file_name", "must be 1 to 255 bytes")
      .Verdict();
}

absl::Status CheckPart(const v1::UploadRecordingRequest& part, int64_t size_bytes) {
  return RequestCheck()
      .Require(part.has_data(), "data", "must follow the header, which comes once")
      .Require(part.data().size() <= kMaxChunkBytes, "data", "must be at most 1 MiB a message")
      .Require(size_bytes <= kMaxUploadBytes, "data", "must be at most 16 GiB in all")
      .Verdict();
}

}  // namespace

grpc::Status UploadsService::UploadRecording(grpc::ServerContext* context,
                                             grpc::ServerReader<v1::UploadRecordingRequest>* reader,
                                             v1::UploadRecordingResponse* response) {
  return rpc::Answer(*context, response,
                     [&](const rpc::Caller& caller) { return Upload(*context, caller, *reader); });
}

absl::StatusOr<v1::UploadRecordingResponse> UploadsService::Upload(
    const grpc::ServerContext& context, const rpc::Caller& caller, Reader& reader) {
  v1::UploadRecordingRequest first;
  reader.Read(&first);
  RETURN_IF_ERROR(rpc::CheckWorkspaceOf(caller, first));
  RETURN_IF_ERROR(Check(first.header()));
  ASSIGN_OR_RETURN(const StoredRecording recording, Receive(context, first.header(), reader));
  return Register(first.header(), recording);
}

absl::StatusOr<StoredRecording> UploadsService::Receive(const grpc::ServerContext& context,
                                                        const v1::UploadHeader& header,
                                                        Reader& reader) {
  ASSIGN_OR_RETURN(RecordingIntake intake, RecordingIntake::Begin(objects_));
  v1::UploadRecordingRequest part;
  while (reader.Read(&part)) {
    RETURN_IF_ERROR(CheckPart(part, intake.size_bytes()));
    RETURN_IF_ERROR(intake.Take(part.data()));
  }
  // Reading ends alike when the client is done and when it is gone.
  if (context.IsCancelled()) return absl::CancelledError("the upload was broken off");
  return intake.Finish(header.workspace_id());
}

// Stored first: whoever gets the lease, now or after a crash, finds the recording.
absl::StatusOr<v1::UploadRecordingResponse> UploadsService::Register(
    const v1::UploadHeader& header, const StoredRecording& recording) {
  RETURN_IF_ERROR(objects_.MakeDurable({recording.object_key}));
  RETURN_IF_ERROR(store_.SaveUpload(header.workspace_id(), recording));

  job_scheduler::v1::RegisterUploadRequest request;
  request.set_workspace_id(header.workspace_id());
  request.set_content_sha256(crypto::ToHex(recording.sha256));
  request.set_title(header.file_name());
  request.set_worker(worker_);
  request.set_allow_duplicate(header.allow_duplicate());
  ASSIGN_OR_RETURN(auto registered, queue_.RegisterUpload(request));

  v1::UploadRecordingResponse response;
  response.set_job_id(registered.job_id());
  response.set_call_id(registered.call_id());
  response.set_duplicate(registered.duplicate());
  response.set_engagement_id(registered.engagement_id());
  response.set_size_bytes(recording.size_bytes);
  response.set_sha256(request.content_sha256());
  response.set_content_type(recording.content_type);
  if (registered.has_leased()) take_in_(std::move(*registered.mutable_leased()));
  return response;
}

}  // namespace callimport::media_pipeline
