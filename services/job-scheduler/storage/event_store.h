// The facts about jobs in commit order. Every method is one transaction.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/progress.pb.h"
#include "libs/postgres/pool.h"

namespace callimport::job_scheduler {

class EventStore {
 public:
  explicit EventStore(postgres::Pool& pool) : pool_(pool) {}

  struct Snapshot {
    // At least everything up to here is in it.
    int64_t revision = 0;
    std::vector<common::v1::JobStatus> jobs;
  };
  // Every job that is not terminal, or the named one; NOT_FOUND (JOB_NOT_FOUND).
  absl::StatusOr<Snapshot> TakeSnapshot(const std::string& job_id);

  struct Event {
    int64_t revision = 0;
    common::v1::JobStatus status;
  };
  // The newest event of each job among the next `limit` after the revision, in order of revision.
  // OUT_OF_RANGE (REVISION_GONE) when some of them have been cleaned away.
  absl::StatusOr<std::vector<Event>> ReadAfter(int64_t revision, int limit);

  absl::StatusOr<int64_t> DeleteOlderThan(std::chrono::seconds age);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::job_scheduler
