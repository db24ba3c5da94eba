// The nightly window: when BULK calls may be started, by the clocks of the workspace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/common/clock.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

// Whether the IANA database has this time zone.
bool IsTimeZone(const std::string& name);

// It is open exactly while the local clock shows an hour of the window, on the days too on which
// that clock is set: an hour that is skipped is not made up for, one that comes twice counts twice.
class BulkWindow {
 public:
  // A zone that does not exist counts as UTC.
  BulkWindow(const std::string& time_zone, BulkHours hours);

  bool IsOpen(Timestamp now) const;

  // When the window opened that is open now, or was last. One that never closes is a new one on
  // every local day, so that a budget for a window means a day there.
  Timestamp OpenedAt(Timestamp now) const;

  // Unset: it is closed, or never closes.
  std::optional<Timestamp> ClosesAt(Timestamp now) const;

  // Unset: it is open.
  std::optional<Timestamp> OpensAt(Timestamp now) const;

  // When the next window begins after the one that is open now, or after now.
  Timestamp NextAfter(Timestamp now) const;

 private:
  bool NeverCloses() const { return hours_.start == hours_.end; }
  bool HoldsHour(int hour) const;
  // The moments in the days around, in order, at which the window opens, or closes.
  std::vector<Timestamp> Boundaries(Timestamp now) const;
  bool Opens(Timestamp moment) const;

  absl::TimeZone zone_;
  BulkHours hours_;
};

}  // namespace callimport::job_scheduler
