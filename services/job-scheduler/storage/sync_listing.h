// What a page brings to a sync. Joins the caller's transaction, in which the job is locked.
#pragma once

#include <optional>
#include <pqxx/pqxx>

#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/plan_store.h"

namespace callimport::job_scheduler {

// Counts what is new in it and how late it came, and takes free calls for it where they are
// counted. Nothing when the sync takes the whole page; else the part that it may take, which ends
// the listing: a sync never costs anything. To be called before the page is stored. Does nothing
// for jobs that are no syncs.
std::optional<ListedCalls> CutForSync(pqxx::work& tx, ImportJob& job, const ListedCalls& listed,
                                      const WorkspaceSettings& defaults, Timestamp now);

}  // namespace callimport::job_scheduler
