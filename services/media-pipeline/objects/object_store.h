// Where recordings lie.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"

namespace callimport::media_pipeline {

// An object that is being written. Nobody sees it before it is kept; destroyed unkept, it is gone.
class StagedObject {
 public:
  virtual ~StagedObject() = default;
  virtual absl::Status Append(std::string_view bytes) = 0;

  // A local file with what was appended so far, until Keep.
  virtual absl::StatusOr<std::string> LocalPath() = 0;

  // Gives the object its key. Keeping equal content under a key that exists changes nothing.
  virtual absl::Status Keep(const std::string& key) = 0;

  // Nobody will go on with it.
  virtual void Discard() = 0;
};

// Safe to use from many threads. Errors of the medium are UNAVAILABLE (OBJECT_STORE_FAILED); a key
// that does not exist is NOT_FOUND (OBJECT_NOT_FOUND), one that cannot be is INVALID_ARGUMENT.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  virtual absl::StatusOr<std::unique_ptr<StagedObject>> Stage() = 0;

  // One that stays when it is destroyed unkept, for whoever stages the same name next. ABORTED
  // (OBJECT_BEING_WRITTEN) while somebody has it; RESOURCE_EXHAUSTED (STAGE_FULL) when there are
  // too many of them.
  virtual absl::StatusOr<std::unique_ptr<StagedObject>> Resume(const std::string& name) = 0;

  // How much there is of it; NOT_FOUND (OBJECT_NOT_FOUND).
  virtual absl::StatusOr<int64_t> ResumableBytes(const std::string& name) = 0;

  // Returns when these objects survive the loss of power. One call for many keys costs little
  // more than one for one.
  virtual absl::Status MakeDurable(const std::vector<std::string>& keys) = 0;

  // These are durable and will not be read soon: an import must not push everything else out of
  // the machine's memory. What reads them all the same gets them.
  virtual void LetGo(const std::vector<std::string>& keys) = 0;

  // Up to `length` bytes from `offset`; fewer at the end, none behind it.
  virtual absl::StatusOr<std::string> Read(const std::string& key, int64_t offset,
                                           int64_t length) = 0;

  virtual bool Exists(const std::string& key) = 0;

  // Deleting what does not exist is fine.
  virtual absl::Status Delete(const std::string& key) = 0;

  // A local file to decode from.
  virtual absl::StatusOr<std::string> LocalPath(const std::string& key) = 0;

  // For the sweeper. Hands over the keys that were kept before that moment, some at a time.
  using KeyVisitor = std::function<absl::Status(const std::vector<std::string>& keys)>;
  virtual absl::Status VisitKeptBefore(Timestamp moment, const KeyVisitor& visit) = 0;

  // Spares an object that was kept again since.
  virtual absl::Status DeleteKeptBefore(const std::string& key, Timestamp moment) = 0;

  // Drops what was staged before that moment and then forgotten; says how many there were.
  virtual absl::StatusOr<int> DropStagedBefore(Timestamp moment) = 0;
  // The same for those that could be gone on with.
  virtual absl::StatusOr<int> DropResumableBefore(Timestamp moment) = 0;
};

}  // namespace callimport::media_pipeline
