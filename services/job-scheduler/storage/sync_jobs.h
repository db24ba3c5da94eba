// From a source to the job that syncs it. Joins the caller's transaction, in which the source is
// locked.
#pragma once

#include <pqxx/pqxx>
#include <string>

#include "callimport/common/v1/actor.pb.h"
#include "services/job-scheduler/domain/sync_plan.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

struct SyncOrder {
  SyncPlan plan;
  common::v1::Actor actor;
  std::string correlation_id;
};

// Stores the job, saves the source as being synced, and announces the job: last in a transaction.
// `defaults` hold for workspaces that were not set.
ImportJob StartSync(pqxx::work& tx, Source& source, const SyncOrder& order,
                    const WorkspaceSettings& defaults, Timestamp now);

}  // namespace callimport::job_scheduler
