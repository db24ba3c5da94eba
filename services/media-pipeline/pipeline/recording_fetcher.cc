#include "services/media-pipeline/pipeline/recording_fetcher.h"

#include <chrono>

#include "absl/strings/escaping.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/media-pipeline/objects/recording_intake.h"
#include "services/media-pipeline/pipeline/stopwatch.h"

namespace callimport::media_pipeline {

RecordingFetcher::RecordingFetcher(adapter_gateway::RecordingsClient& recordings,
                                   ObjectStore& objects, DeliveryStore& store)
    : recordings_(recordings),
      objects_(objects),
      store_(store),
      seconds_("import_stage_seconds", "How long a stage of a call takes.", {{"stage", "fetch"}}),
      bytes_("media_bytes_total", "Bytes of recordings taken in.") {}

absl::StatusOr<std::optional<StoredRecording>> RecordingFetcher::Fetch(const CallInHand& call) {
  const Stopwatch measured(seconds_);
  return call.platform == kUploadSource ? FindUpload(call) : Download(call);
}

absl::StatusOr<std::optional<StoredRecording>> RecordingFetcher::Download(const CallInHand& call) {
  ASSIGN_OR_RETURN(RecordingIntake intake, RecordingIntake::Begin(objects_));
  adapter_gateway::v1::DownloadMediaRequest request;
  request.set_workspace_id(call.workspace_id);
  request.set_credential_id(call.credential_id);
  request.set_source_call_id(call.record.source_call_id());

  const auto header = recordings_.DownloadMedia(
      request, [&](const std::string& chunk) { return intake.Take(chunk); }, call.stop.get_token());
  if (ReasonOf(header.status()) == "RECORDING_MISSING") return std::nullopt;
  RETURN_IF_ERROR(header.status());
  if (header->has_content_length() && header->content_length() != intake.size_bytes()) {
    return Error(absl::StatusCode::kDataLoss, "RECORDING_TRUNCATED",
                 "the source announced " + std::to_string(header->content_length()) +
                     " bytes and sent " + std::to_string(intake.size_bytes()));
  }
  bytes_.Add(static_cast<double>(intake.size_bytes()));
  return intake.Finish(call.workspace_id);
}

// An upload was stored and checked before it became a call.
absl::StatusOr<std::optional<StoredRecording>> RecordingFetcher::FindUpload(
    const CallInHand& call) {
  const std::string sha256 = absl::HexStringToBytes(call.record.source_call_id());
  ASSIGN_OR_RETURN(auto recording, store_.FindUpload(call.workspace_id, sha256));
  if (!recording || !objects_.Exists(recording->object_key)) return std::nullopt;
  return recording;
}

}  // namespace callimport::media_pipeline
