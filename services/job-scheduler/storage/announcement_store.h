// What vendors announced, until it is synced. Every method is one transaction.
#pragma once

#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/storage/announcements_table.h"

namespace callimport::job_scheduler {

class AnnouncementStore {
 public:
  AnnouncementStore(postgres::Pool& pool, const Clock& clock) : pool_(pool), clock_(clock) {}

  // How far the gateway's feed of webhooks was read, by whichever replica.
  absl::StatusOr<int64_t> FeedCursor();

  // Keeps what was read up to this revision, and moves the cursor with it. What another replica has
  // read already changes nothing.
  absl::Status Take(const std::set<SourceKey>& sources, int64_t read_to);

  // What came after `lost` cannot be read any more: every source that is kept up to date counts as
  // announced, and reading goes on from `newest`. Nothing, when another replica did so.
  absl::Status StartAnew(int64_t lost, int64_t newest);

  // Without those that are being synced, the longest announced first.
  absl::StatusOr<std::vector<Announcement>> List(int limit);
  absl::Status Forget(const Announcement& announcement);

 private:
  postgres::Pool& pool_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
