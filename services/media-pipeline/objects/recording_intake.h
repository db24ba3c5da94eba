// Takes in a recording that flows by: recognised, hashed, counted and stored in one pass.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/crypto/digest.h"
#include "services/media-pipeline/domain/engagement.h"
#include "services/media-pipeline/objects/object_store.h"

namespace callimport::media_pipeline {

class RecordingIntake {
 public:
  static absl::StatusOr<RecordingIntake> Begin(ObjectStore& objects);
  // Goes on with what was taken in under this name, and stays to be gone on with; what is refused
  // does not.
  static absl::StatusOr<RecordingIntake> Resume(ObjectStore& objects, const std::string& name);

  // Refuses a page or a document by its first bytes.
  absl::Status Take(const std::string& chunk);

  int64_t size_bytes() const { return size_bytes_; }

  // Looks at the whole, and keeps it under the hash of its content. What is refused leaves
  // nothing behind. Not durable yet.
  absl::StatusOr<StoredRecording> Finish(const std::string& workspace_id);

 private:
  explicit RecordingIntake(std::unique_ptr<StagedObject> staged) : staged_(std::move(staged)) {}
  absl::Status Look(std::string_view chunk);
  absl::Status Judge(const absl::Status& verdict);

  std::unique_ptr<StagedObject> staged_;
  crypto::Sha256Stream hash_;
  std::string first_bytes_;
  int64_t size_bytes_ = 0;
};

}  // namespace callimport::media_pipeline
