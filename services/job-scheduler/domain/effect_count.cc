#include "services/job-scheduler/domain/effect_count.h"

#include <algorithm>

namespace callimport::job_scheduler {

EffectCount Compared(const std::string& effect, int64_t expected, int64_t found) {
  return {.effect = effect,
          .expected = expected,
          .found = found,
          .lost = std::max<int64_t>(0, expected - found),
          .doubled = std::max<int64_t>(0, found - expected)};
}

bool ExactlyOnce(const std::vector<EffectCount>& effects) {
  return std::all_of(effects.begin(), effects.end(), [](const EffectCount& count) {
    return count.lost == 0 && count.doubled == 0;
  });
}

}  // namespace callimport::job_scheduler
