// What a cancelled job leaves undone, others may have counted on: calls that they met while it was
// to import them, and took for duplicates; and calls that they had failed before it took them over.
#pragma once

#include "absl/status/status.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/change_listener.h"

namespace callimport::job_scheduler {

// Gives the skipped calls of cancelled jobs to the jobs that met them, of which some may have
// ended: these go on. What nobody else met, and what the cancelled jobs have failed themselves,
// goes back to those that had failed it before, where it can be retried as if it had never been
// taken over. To be called again and again; a crash in between loses nothing. What has a price for
// which nobody has agreed stays skipped. `defaults` hold for workspaces that were not set.
absl::Status HandOverSkippedCalls(postgres::Pool& pool, ChangeListener& listener,
                                  const WorkspaceSettings& defaults, Timestamp now);

}  // namespace callimport::job_scheduler
