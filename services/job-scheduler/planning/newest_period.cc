#include "services/job-scheduler/planning/newest_period.h"

#include <algorithm>

#include "libs/common/status_macros.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::seconds;

constexpr seconds kFirstStep = std::chrono::hours(24);
constexpr int kGrowth = 4;

}  // namespace

absl::StatusOr<Window> FindNewestPeriod(const Window& whole, int64_t limit, const CountIn& count) {
  const Timestamp end = whole.end;
  Timestamp few = end;  // from here on there are not too many
  Timestamp many = whole.start;
  for (seconds step = kFirstStep;; step *= kGrowth) {
    const Timestamp start = std::max(whole.start, end - step);
    ASSIGN_OR_RETURN(const int64_t calls, count({start, end}));
    if (calls > limit) {
      many = start;
      break;
    }
    few = start;
    if (calls == limit || start == whole.start) return Window{few, end};
  }
  while (few - many > seconds(1)) {
    const Timestamp middle = many + std::chrono::floor<seconds>((few - many) / 2);
    ASSIGN_OR_RETURN(const int64_t calls, count({middle, end}));
    (calls > limit ? many : few) = middle;
    if (calls == limit) break;
  }
  return Window{few, end};
}

}  // namespace callimport::job_scheduler
