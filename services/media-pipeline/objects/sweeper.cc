#include "services/media-pipeline/objects/sweeper.h"

#include <algorithm>
#include <iterator>

#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::media_pipeline {
namespace {
constexpr std::chrono::hours kSpared{1};
// Uploads that broke off; somebody may come back for them.
constexpr std::chrono::hours kResumable{24};
}  // namespace

absl::Status Sweeper::Run() {
  const Timestamp before = clock_.Now() - kSpared;
  ASSIGN_OR_RETURN(const int staged, objects_.DropStagedBefore(before));
  ASSIGN_OR_RETURN(const int given_up, objects_.DropResumableBefore(clock_.Now() - kResumable));
  int deleted = 0;
  RETURN_IF_ERROR(
      objects_.VisitKeptBefore(before, [&](const std::vector<std::string>& keys) -> absl::Status {
        ASSIGN_OR_RETURN(const int count, DeleteUnused(keys, before));
        deleted += count;
        return absl::OkStatus();
      }));
  if (staged + given_up + deleted > 0) {
    log::Info("swept", {{"staged", staged}, {"given_up", given_up}, {"objects", deleted}});
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Sweeper::DeleteUnused(std::vector<std::string> keys, Timestamp before) {
  ASSIGN_OR_RETURN(std::vector<std::string> used, in_use_(keys));
  std::sort(keys.begin(), keys.end());
  std::sort(used.begin(), used.end());
  std::vector<std::string> unused;
  std::set_difference(keys.begin(), keys.end(), used.begin(), used.end(),
                      std::back_inserter(unused));
  for (const std::string& key : unused) {
    RETURN_IF_ERROR(objects_.DeleteKeptBefore(key, before));
  }
  return static_cast<int>(unused.size());
}

}  // namespace callimport::media_pipeline
