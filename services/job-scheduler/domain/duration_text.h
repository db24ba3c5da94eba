// How long something takes, for people.
#pragma once

#include <string>

#include "services/job-scheduler/domain/forecast.h"

namespace callimport::job_scheduler {

// "about 5 minutes", "2 to 3 nights", "1 to 2 days".
std::string DurationText(const Forecast& forecast, Timestamp now);

// Whole minutes, rounded up.
int64_t MinutesBetween(Timestamp start, Timestamp end);

}  // namespace callimport::job_scheduler
