#include "services/media-pipeline/objects/recording_intake.h"

#include "libs/common/status_macros.h"
#include "services/media-pipeline/decoding/recording_probe.h"

namespace callimport::media_pipeline {
namespace {

// As many as recognising a format may take.
constexpr size_t kFirstBytes = 512;

std::string KeyOf(const std::string& workspace_id, const std::string& sha256) {
  const std::string name = crypto::ToHex(sha256);
  return "ws-" + workspace_id + "/" + name.substr(0, 2) + "/" + name;
}

}  // namespace

absl::StatusOr<RecordingIntake> RecordingIntake::Begin(ObjectStore& objects) {
  ASSIGN_OR_RETURN(auto staged, objects.Stage());
  return RecordingIntake(std::move(staged));
}

absl::Status RecordingIntake::Take(const std::string& chunk) {
  if (first_bytes_.size() < kFirstBytes && !chunk.empty()) {
    first_bytes_.append(chunk, 0, kFirstBytes - first_bytes_.size());
    RETURN_IF_ERROR(SniffStart(first_bytes_));
  }
  hash_.Update(chunk);
  size_bytes_ += static_cast<int64_t>(chunk.size());
  return staged_->Append(chunk);
}

absl::StatusOr<StoredRecording> RecordingIntake::Finish(const std::string& workspace_id) {
  ASSIGN_OR_RETURN(RecordingFacts facts, ProbeRecording(staged_->LocalPath()));
  StoredRecording recording{.object_key = {},
                            .sha256 = hash_.Finish(),
                            .size_bytes = size_bytes_,
                            .content_type = std::move(facts.content_type),
                            .duration = facts.duration};
  recording.object_key = KeyOf(workspace_id, recording.sha256);
  RETURN_IF_ERROR(staged_->Keep(recording.object_key));
  return recording;
}

}  // namespace callimport::media_pipeline
