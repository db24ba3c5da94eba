#include "services/media-pipeline/api/uploads_service.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "absl/strings/str_cat.h"
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
constexpr size_t kMaxIdBytes = 64;
constexpr std::chrono::seconds kWaitForOthers{2};

bool IsUploadId(const std::string& id) {
  return !id.empty() && id.size() <= kMaxIdBytes &&
         std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) || c == '-'; });
}

// What another workspace calls the same is not the same.
std::string StagedName(const std::string& workspace_id, const std::string& upload_id) {
  return crypto::ToHex(crypto::Sha256(absl::StrCat(workspace_id, "/", upload_id)));
}

absl::Status OffsetMismatch(int64_t there, int64_t offset) {
  return Error(absl::StatusCode::kFailedPrecondition, "OFFSET_MISMATCH",
               absl::StrCat(there, " bytes are there, not ", offset));
}

// In the words of whoever uploads.
absl::Status Translated(const absl::Status& staged) {
  const std::string reason = ReasonOf(staged);
  if (reason == "OBJECT_BEING_WRITTEN") {
    return Error(absl::StatusCode::kAborted, "UPLOAD_UNDER_WAY", "another stream has this upload");
  }
  if (reason == "STAGE_FULL") {
    return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_BROKEN_UPLOADS",
                 "too many uploads that broke off wait; upload this one without an upload_id");
  }
  return staged;
}

absl::Status Check(const v1::UploadHeader& header) {
  const std::string& name = header.file_name();
  return RequestCheck()
      .Require(IsWorkspaceId(header.workspace_id()), "header.workspace_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Require(
          !name.empty() && name.size() <= kMaxNameBytes && name.find('\0') == std::string::npos,
          "header.file_name", "must be 1 to 255 bytes")
      .Require(header.upload_id().empty() || IsUploadId(header.upload_id()), "header.upload_id",
               "must be 1 to 64 letters, digits or '-'")
      .Require(header.offset() == 0 || (header.offset() > 0 && !header.upload_id().empty()),
               "header.offset", "must be 0 without an upload_id, and never negative")
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

// One upload among those of its workspace.
class UploadsService::Place {
 public:
  Place(std::mutex& mutex, std::map<std::string, int>& under_way, std::string workspace_id)
      : mutex_(mutex), under_way_(under_way), workspace_id_(std::move(workspace_id)) {
    std::lock_guard lock(mutex_);
    taken_ = under_way_[workspace_id_] < kAtOnce;
    if (taken_) ++under_way_[workspace_id_];
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (!taken_) return;
    std::lock_guard lock(mutex_);
    if (--under_way_[workspace_id_] == 0) under_way_.erase(workspace_id_);
  }

  absl::Status verdict() const {
    if (taken_) return absl::OkStatus();
    return WithRetryDelay(
        Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_UPLOADS",
              absl::StrCat("the workspace has ", kAtOnce, " uploads on the way already")),
        kWaitForOthers);
  }

 private:
  std::mutex& mutex_;
  std::map<std::string, int>& under_way_;
  const std::string workspace_id_;
  bool taken_ = false;
};

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
  RETURN_IF_ERROR(rpc::Admit(caller, first));
  RETURN_IF_ERROR(Check(first.header()));
  const Place place(mutex_, under_way_, first.header().workspace_id());
  RETURN_IF_ERROR(place.verdict());
  ASSIGN_OR_RETURN(const StoredRecording recording, Receive(context, first.header(), reader));
  return Register(caller, first.header(), recording);
}

absl::StatusOr<StoredRecording> UploadsService::Receive(const grpc::ServerContext& context,
                                                        const v1::UploadHeader& header,
                                                        Reader& reader) {
  ASSIGN_OR_RETURN(RecordingIntake intake, Begin(header));
  v1::UploadRecordingRequest part;
  while (reader.Read(&part)) {
    RETURN_IF_ERROR(CheckPart(part, intake.size_bytes()));
    RETURN_IF_ERROR(intake.Take(part.data()));
  }
  // Reading ends alike when the client is done and when it is gone.
  if (context.IsCancelled()) return absl::CancelledError("the upload was broken off");
  return intake.Finish(header.workspace_id());
}

absl::StatusOr<RecordingIntake> UploadsService::Begin(const v1::UploadHeader& header) {
  if (header.upload_id().empty()) return RecordingIntake::Begin(objects_);
  auto intake =
      RecordingIntake::Resume(objects_, StagedName(header.workspace_id(), header.upload_id()));
  if (!intake.ok()) return Translated(intake.status());
  if (intake->size_bytes() != header.offset()) {
    return OffsetMismatch(intake->size_bytes(), header.offset());
  }
  return intake;
}

grpc::Status UploadsService::GetUpload(grpc::ServerContext* context,
                                       const v1::GetUploadRequest* request,
                                       v1::GetUploadResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Find(*request); });
}

absl::StatusOr<v1::GetUploadResponse> UploadsService::Find(const v1::GetUploadRequest& request) {
  RETURN_IF_ERROR(RequestCheck()
                      .Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
                               "must be 1 to 64 letters, digits, '-', '_' or '.'")
                      .Require(IsUploadId(request.upload_id()), "upload_id",
                               "must be 1 to 64 letters, digits or '-'")
                      .Verdict());
  const auto bytes =
      objects_.ResumableBytes(StagedName(request.workspace_id(), request.upload_id()));
  if (absl::IsNotFound(bytes.status())) {
    return Error(absl::StatusCode::kNotFound, "UPLOAD_NOT_FOUND",
                 "nothing is there of it, or it is complete");
  }
  RETURN_IF_ERROR(bytes.status());
  v1::GetUploadResponse response;
  response.set_received_bytes(*bytes);
  return response;
}

// Stored first: whoever gets the lease, now or after a crash, finds the recording.
absl::StatusOr<v1::UploadRecordingResponse> UploadsService::Register(
    const rpc::Caller& caller, const v1::UploadHeader& header, const StoredRecording& recording) {
  RETURN_IF_ERROR(objects_.MakeDurable({recording.object_key}));
  RETURN_IF_ERROR(store_.SaveUpload(header.workspace_id(), recording));

  job_scheduler::v1::RegisterUploadRequest request;
  request.set_workspace_id(header.workspace_id());
  request.set_content_sha256(crypto::ToHex(recording.sha256));
  request.set_title(header.file_name());
  request.set_worker(worker_);
  request.set_allow_duplicate(header.allow_duplicate());
  *request.mutable_uploaded_by() = caller.ToActor();
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
