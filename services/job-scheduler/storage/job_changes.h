// Keeping changed jobs, and telling the world about them in commit order.
#pragma once

#include <pqxx/pqxx>
#include <vector>

#include "libs/feed/feed_table.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// The feed of job statuses.
const feed::FeedTable& JobFeed();

// Appends each job's status to the feed. Last in a transaction: from here to its commit, other
// appends wait.
void Announce(pqxx::work& tx, const std::vector<ImportJob>& jobs);

// Charges the jobs, which the transaction has locked, for what they imported, saves and announces
// them.
void SaveAndAnnounce(pqxx::work& tx, std::vector<ImportJob>& jobs);

}  // namespace callimport::job_scheduler
