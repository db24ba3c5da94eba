#include "services/job-scheduler/planning/listing_parts.h"

#include <algorithm>
#include <utility>

namespace callimport::job_scheduler {
namespace {

Window PartFrom(Timestamp start, const Window& range, int max_range_days) {
  if (max_range_days == 0) return {start, range.end};
  return {start, std::min(range.end, start + std::chrono::days(max_range_days))};
}

}  // namespace

Checkpoint StartingPoint(Checkpoint stored, const Window& range, Timestamp now) {
  if (!stored.part) stored.part = PartFrom(range.start, range, stored.max_range_days);
  const bool expired = stored.cursor_expires_at && *stored.cursor_expires_at <= now;
  return expired ? WithoutCursor(stored) : stored;
}

Checkpoint WithoutCursor(const Checkpoint& checkpoint) {
  Checkpoint rest = checkpoint;
  rest.cursor.clear();
  rest.cursor_expires_at.reset();
  if (rest.part && rest.high_water) {
    rest.part->start = std::clamp(*rest.high_water, rest.part->start, rest.part->end);
    // A listing of nothing is no question. Calls that start at the very end belong to the next.
    if (rest.part->start == rest.part->end) rest.part->start = checkpoint.part->start;
  }
  return rest;
}

std::optional<Checkpoint> NextPart(const Checkpoint& checkpoint, const Window& range) {
  const Timestamp start = checkpoint.part ? checkpoint.part->end : range.end;
  if (start >= range.end) return std::nullopt;
  Checkpoint next;
  next.max_range_days = checkpoint.max_range_days;
  next.part = PartFrom(start, range, checkpoint.max_range_days);
  return next;
}

}  // namespace callimport::job_scheduler
