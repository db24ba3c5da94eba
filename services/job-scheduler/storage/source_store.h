// Sources as the vault makes them and as people set them. Every method is one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/common/v1/actor.pb.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/credential_fact.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

// A source, and whether its workspace has syncs at all.
struct SourceInWorkspace {
  Source source;
  bool syncs_enabled = false;
};

class SourceStore {
 public:
  // `defaults` are those of workspaces where nothing was set; `frequency` that of new sources.
  SourceStore(postgres::Pool& pool, WorkspaceSettings defaults, std::chrono::minutes frequency,
              const Clock& clock);

  // How far the vault's feed was read by any replica; nothing before the first snapshot.
  absl::StatusOr<std::optional<int64_t>> FeedCursor();

  // Facts in order of revision. Those that another replica has taken before are left out. `read_to`
  // becomes the cursor. True when a source may be due now that was not.
  absl::StatusOr<bool> TakeFacts(const std::vector<CredentialFact>& facts, int64_t read_to);
  // All live credentials; sources that are not among them are disconnected.
  absl::StatusOr<bool> TakeSnapshot(const std::vector<CredentialFact>& facts, int64_t revision);

  // Everything below: NOT_FOUND (SOURCE_NOT_FOUND).
  absl::StatusOr<SourceInWorkspace> Find(const SourceKey& key);
  absl::StatusOr<std::vector<SourceInWorkspace>> List(const std::string& workspace_id,
                                                      const std::string& after_credential_id,
                                                      int limit);
  // FAILED_PRECONDITION (SOURCE_DISCONNECTED). Audited.
  absl::StatusOr<SourceInWorkspace> Configure(const SourceKey& key, const SyncSettings& settings,
                                              const common::v1::Actor& actor);

  struct Counts {
    int64_t ok = 0;
    int64_t unhealthy = 0;
  };
  absl::StatusOr<Counts> Count();

 private:
  bool Take(pqxx::work& tx, const CredentialFact& fact);

  postgres::Pool& pool_;
  const WorkspaceSettings defaults_;
  const std::chrono::minutes frequency_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
