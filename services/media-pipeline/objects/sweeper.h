// Deletes what nobody will ever ask for: recordings whose writer died, and objects without a row.
#pragma once

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "services/media-pipeline/objects/object_store.h"

namespace callimport::media_pipeline {

// Those of the keys that belong to something.
using AskWhichAreUsed =
    std::function<absl::StatusOr<std::vector<std::string>>(const std::vector<std::string>& keys)>;

class Sweeper {
 public:
  Sweeper(ObjectStore& objects, AskWhichAreUsed in_use, const Clock& clock)
      : objects_(objects), in_use_(std::move(in_use)), clock_(clock) {}

  // Spares everything younger than an hour: its row may still be on the way; and uploads that broke
  // off less than a day ago.
  absl::Status Run();

 private:
  absl::StatusOr<int> DeleteUnused(std::vector<std::string> keys, Timestamp before);

  ObjectStore& objects_;
  const AskWhichAreUsed in_use_;
  const Clock& clock_;
};

}  // namespace callimport::media_pipeline
