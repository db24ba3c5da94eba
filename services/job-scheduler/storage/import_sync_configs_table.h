// The SQL of import_sync_configs. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/job-scheduler/domain/source.h"

namespace callimport::job_scheduler {

// False when it is there already.
bool InsertSource(pqxx::work& tx, const Source& source);

std::optional<Source> FindSource(pqxx::work& tx, const SourceKey& key);
// Locked until the end of the transaction. Sources are locked before jobs.
std::optional<Source> LockSource(pqxx::work& tx, const SourceKey& key);
// The same, but nothing when somebody else has it.
std::optional<Source> LockIdleSource(pqxx::work& tx, const SourceKey& key);

// In the order of their ids, after `after_credential_id`; empty: from the first.
std::vector<Source> ListSources(pqxx::work& tx, const std::string& workspace_id,
                                const std::string& after_credential_id, int limit);

// Everything that may change after the row was made.
void SaveSource(pqxx::work& tx, const Source& source);

// Those of workspaces whose syncs are on, the longest due first, unlocked. `on_by_default` is what
// holds for workspaces where nothing was set.
std::vector<SourceKey> FindDueSources(pqxx::work& tx, Timestamp now, bool on_by_default, int limit);
// Whose running sync has ended, or is not known any more.
std::vector<SourceKey> FindEndedSyncs(pqxx::work& tx, int limit);
std::vector<SourceKey> FindDueProbes(pqxx::work& tx, Timestamp now, int limit);
// Disconnected, their last job has ended, and the secret is still there.
std::vector<SourceKey> FindDoomedSources(pqxx::work& tx, int limit);
// Of all workspaces; only those that are not disconnected.
std::vector<SourceKey> FindLiveSources(pqxx::work& tx);

struct SourceCounts {
  int64_t ok = 0;
  int64_t unhealthy = 0;
};
SourceCounts CountSources(pqxx::work& tx);

}  // namespace callimport::job_scheduler
