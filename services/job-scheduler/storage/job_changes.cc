#include "services/job-scheduler/storage/job_changes.h"

#include "services/job-scheduler/storage/allowance.h"
#include "services/job-scheduler/storage/import_jobs_table.h"

namespace callimport::job_scheduler {

const feed::FeedTable& JobFeed() {
  static const feed::FeedTable feed("job_events");
  return feed;
}

void Announce(pqxx::work& tx, const std::vector<ImportJob>& jobs) {
  if (jobs.empty()) return;
  std::vector<feed::Entry> entries;
  for (const ImportJob& job : jobs) {
    entries.push_back(
        {.revision = 0, .subject = job.job_id, .body = StatusOf(job).SerializeAsString()});
  }
  JobFeed().Append(tx, entries);
}

void SaveAndAnnounce(pqxx::work& tx, std::vector<ImportJob>& jobs) {
  ChargeJobs(tx, jobs);
  for (const ImportJob& job : jobs) SaveJob(tx, job);
  Announce(tx, jobs);
}

}  // namespace callimport::job_scheduler
