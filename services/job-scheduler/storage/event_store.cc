#include "services/job-scheduler/storage/event_store.h"

#include <algorithm>
#include <unordered_set>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/job_changes.h"

namespace callimport::job_scheduler {
namespace {

absl::Status RevisionGone(int64_t revision) {
  return Error(
      absl::StatusCode::kOutOfRange, "REVISION_GONE",
      "events after revision " + std::to_string(revision) + " are not kept; take a snapshot");
}

// Entries in order of revision, but only the last of each job.
std::vector<EventStore::Event> NewestOfEach(const std::vector<feed::Entry>& entries) {
  std::vector<EventStore::Event> newest;
  std::unordered_set<std::string> seen;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (!seen.insert(entry->subject).second) continue;
    newest.push_back({.revision = entry->revision, .status = {}});
    newest.back().status.ParseFromString(entry->body);
  }
  std::reverse(newest.begin(), newest.end());
  return newest;
}

}  // namespace

absl::StatusOr<EventStore::Snapshot> EventStore::TakeSnapshot(const std::string& job_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Snapshot> {
    // Read first: what is committed in between is in the jobs already, and comes again.
    Snapshot snapshot{.revision = JobFeed().NewestRevision(tx), .jobs = {}};
    if (job_id.empty()) {
      for (const ImportJob& job : ListOpenJobs(tx)) snapshot.jobs.push_back(StatusOf(job));
      return snapshot;
    }
    const auto job = FindJobAnywhere(tx, job_id);
    if (!job) return Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no job " + job_id);
    snapshot.jobs.push_back(StatusOf(*job));
    return snapshot;
  });
}

absl::StatusOr<std::vector<EventStore::Event>> EventStore::ReadAfter(int64_t revision, int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::vector<Event>> {
    const std::vector<feed::Entry> entries = JobFeed().ReadAfter(tx, revision, limit);
    // Revisions have no gaps, so a gap tells what is gone.
    const bool gone = entries.empty() ? !JobFeed().Reaches(tx, revision)
                                      : entries.front().revision != revision + 1;
    if (gone) return RevisionGone(revision);
    return NewestOfEach(entries);
  });
}

absl::StatusOr<int64_t> EventStore::DeleteOlderThan(std::chrono::seconds age) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { return JobFeed().DeleteOlderThan(tx, age); });
}

}  // namespace callimport::job_scheduler
