// Calendar months, as workspaces see them.
#pragma once

#include <string>

#include "libs/common/clock.h"

namespace callimport::job_scheduler {

// "2026-11", by the clocks of a time zone of the IANA database. One that is not known is read as
// UTC.
std::string MonthOf(Timestamp time, const std::string& time_zone);

// Four digits, a hyphen, 01 to 12.
bool IsMonth(const std::string& text);

}  // namespace callimport::job_scheduler
