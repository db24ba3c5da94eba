// A range in parts that a vendor's listing may ask for.
#pragma once

#include <optional>

#include "services/job-scheduler/storage/job_plans_table.h"

namespace callimport::job_scheduler {

// Where the listing of a job goes on, at the part with which it begins when none is stored. A
// cursor past its known life is left out.
Checkpoint StartingPoint(Checkpoint stored, const Window& range, Timestamp now);

// What is still missing of the part when the vendor has forgotten the cursor: from the newest call
// that is stored.
Checkpoint WithoutCursor(const Checkpoint& checkpoint);

// The part after this one; nothing when it was the last.
std::optional<Checkpoint> NextPart(const Checkpoint& checkpoint, const Window& range);

}  // namespace callimport::job_scheduler
