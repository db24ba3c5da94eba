#include "services/status-tracker/domain/import_status.h"

#include <algorithm>
#include <cmath>

#include "libs/common/proto_time.h"

namespace callimport::status_tracker {

using std::chrono::milliseconds;

bool IsTerminal(common::v1::JobState state) {
  switch (state) {
    case common::v1::JOB_STATE_CANCELLED:
    case common::v1::JOB_STATE_COMPLETED:
    case common::v1::JOB_STATE_PARTIAL:
    case common::v1::JOB_STATE_FAILED:
      return true;
    default:
      return false;
  }
}

int32_t Percent(const common::v1::Progress& progress) {
  if (!progress.has_total_calls() || progress.total_calls() <= 0) return 0;
  const double share =
      static_cast<double>(progress.processed_calls()) / static_cast<double>(progress.total_calls());
  return static_cast<int32_t>(std::lround(100 * std::clamp(share, 0.0, 1.0)));
}

milliseconds Elapsed(const common::v1::JobStatus& job, Timestamp now) {
  const Timestamp start = FromProto(job.has_start_time() ? job.start_time() : job.create_time());
  const Timestamp end = job.has_finish_time() ? FromProto(job.finish_time()) : now;
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(end - start));
}

std::optional<milliseconds> Remaining(const ImportStatus& status) {
  const common::v1::Progress& progress = status.job.progress();
  if (status.job.state() != common::v1::JOB_STATE_IN_PROGRESS || !progress.has_total_calls() ||
      status.calls_per_second <= 0) {
    return std::nullopt;
  }
  const auto left = static_cast<double>(
      std::max<int64_t>(0, progress.total_calls() - progress.processed_calls()));
  // A crawl would overflow what a duration can hold; nobody waits a year.
  const double seconds = left / status.calls_per_second;
  if (seconds > 365.0 * 24 * 3600) return std::nullopt;
  return milliseconds(std::llround(1000 * seconds));
}

}  // namespace callimport::status_tracker
