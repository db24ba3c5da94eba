// Syncs from their beginning to their end. Every method is one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/common/v1/actor.pb.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/source.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/change_listener.h"

namespace callimport::job_scheduler {

class SyncStore {
 public:
  // `defaults` are those of workspaces where nothing was set.
  SyncStore(postgres::Pool& pool, ChangeListener& listener, WorkspaceSettings defaults,
            const Clock& clock);

  // Sources that are due, the longest first.
  absl::StatusOr<std::vector<SourceKey>> FindDue(int limit);
  // Starts what is due, unless another replica has done so, or has the source in its hands.
  absl::StatusOr<std::optional<ImportJob>> StartDue(const SourceKey& key);

  struct Started {
    ImportJob job;
    // It was running already.
    bool joined = false;
  };
  // NOT_FOUND (SOURCE_NOT_FOUND), FAILED_PRECONDITION (SOURCE_UNHEALTHY, SOURCE_DISCONNECTED).
  absl::StatusOr<Started> StartNow(const SourceKey& key, const common::v1::Actor& actor);
  // The same for what a vendor announced.
  absl::StatusOr<Started> StartAnnounced(const SourceKey& key);

  absl::StatusOr<std::vector<SourceKey>> FindEnded(int limit);
  // Tells the source how its sync ended. Its job, when it had ended.
  absl::StatusOr<std::optional<ImportJob>> Settle(const SourceKey& key);

  // Unhealthy sources whose turn it is; the next look of anybody is put off.
  absl::StatusOr<std::vector<Source>> TakeProbes(int limit);
  // OK: the vendor accepts the credential. Else why not, for people.
  absl::Status EndProbe(const SourceKey& key, const absl::Status& verdict);

 private:
  absl::StatusOr<Started> Start(const SourceKey& key, WorkClass work_class,
                                const common::v1::Actor& actor);

  postgres::Pool& pool_;
  ChangeListener& listener_;
  const WorkspaceSettings defaults_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
