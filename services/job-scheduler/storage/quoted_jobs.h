// Jobs that are created under a quote.
#pragma once

#include <pqxx/pqxx>

#include "absl/status/status.h"
#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

// Holds us to the quote that the job names: takes its free calls, and gives the job its price,
// count, finish and, where something is billed, a higher priority. The job is inserted before and
// saved after, by the caller. NOT_FOUND (QUOTE_NOT_FOUND); FAILED_PRECONDITION: QUOTE_EXPIRED, also
// when its free calls were used by others meanwhile, QUOTE_MISMATCH, QUOTE_USED.
absl::Status UseQuote(pqxx::work& tx, ImportJob& job, const WorkspaceSettings& defaults,
                      Timestamp now);

}  // namespace callimport::job_scheduler
