#include "services/media-pipeline/objects/recording_intake.h"

#include <fstream>

#include "libs/common/status_macros.h"
#include "services/media-pipeline/decoding/recording_probe.h"

namespace callimport::media_pipeline {
namespace {

// As many as recognising a format may take.
constexpr size_t kFirstBytes = 512;
constexpr size_t kChunkBytes = 1 << 20;

std::string KeyOf(const std::string& workspace_id, const std::string& sha256) {
  const std::string name = crypto::ToHex(sha256);
  return "ws-" + workspace_id + "/" + name.substr(0, 2) + "/" + name;
}

}  // namespace

absl::StatusOr<RecordingIntake> RecordingIntake::Begin(ObjectStore& objects) {
  ASSIGN_OR_RETURN(auto staged, objects.Stage());
  return RecordingIntake(std::move(staged));
}

absl::StatusOr<RecordingIntake> RecordingIntake::Resume(ObjectStore& objects,
                                                        const std::string& name) {
  ASSIGN_OR_RETURN(auto staged, objects.Resume(name));
  RecordingIntake intake(std::move(staged));
  ASSIGN_OR_RETURN(const std::string path, intake.staged_->LocalPath());
  std::ifstream before(path, std::ios::binary);
  std::string chunk(kChunkBytes, '\0');
  while (before.read(chunk.data(), static_cast<std::streamsize>(chunk.size())),
         before.gcount() > 0) {
    const std::string_view bytes(chunk.data(), static_cast<size_t>(before.gcount()));
    RETURN_IF_ERROR(intake.Look(bytes));
  }
  return intake;
}

absl::Status RecordingIntake::Take(const std::string& chunk) {
  RETURN_IF_ERROR(Look(chunk));
  return staged_->Append(chunk);
}

absl::Status RecordingIntake::Look(std::string_view chunk) {
  if (first_bytes_.size() < kFirstBytes && !chunk.empty()) {
    first_bytes_.append(chunk.substr(0, kFirstBytes - first_bytes_.size()));
    RETURN_IF_ERROR(Judge(SniffStart(first_bytes_)));
  }
  hash_.Update(chunk);
  size_bytes_ += static_cast<int64_t>(chunk.size());
  return absl::OkStatus();
}

// What is refused is not gone on with.
absl::Status RecordingIntake::Judge(const absl::Status& verdict) {
  if (!verdict.ok() && !absl::IsUnavailable(verdict)) staged_->Discard();
  return verdict;
}

absl::StatusOr<StoredRecording> RecordingIntake::Finish(const std::string& workspace_id) {
  ASSIGN_OR_RETURN(const std::string path, staged_->LocalPath());
  auto probed = ProbeRecording(path);
  RETURN_IF_ERROR(Judge(probed.status()));
  RecordingFacts& facts = *probed;
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
