#include "services/job-scheduler/domain/calendar_month.h"

#include <algorithm>

#include "absl/time/time.h"

namespace callimport::job_scheduler {

std::string MonthOf(Timestamp time, const std::string& time_zone) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(time_zone, &zone)) zone = absl::UTCTimeZone();
  return absl::FormatTime("%Y-%m", absl::FromChrono(time), zone);
}

bool IsMonth(const std::string& text) {
  constexpr char kShape[] = "0000-00";
  if (text.size() != sizeof(kShape) - 1) return false;
  const bool shaped = std::equal(text.begin(), text.end(), kShape, [](char letter, char shape) {
    return shape == '-' ? letter == '-' : letter >= '0' && letter <= '9';
  });
  const std::string month = text.substr(5);
  return shaped && month >= "01" && month <= "12";
}

}  // namespace callimport::job_scheduler
