// The end of a source: what is kept, what still runs, and what is left to be destroyed. Every
// method is one transaction.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/common/v1/actor.pb.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/source.h"
#include "services/job-scheduler/storage/source_work_table.h"

namespace callimport::job_scheduler {

class DisconnectStore {
 public:
  explicit DisconnectStore(postgres::Pool& pool) : pool_(pool) {}

  // NOT_FOUND (SOURCE_NOT_FOUND).
  absl::StatusOr<SourceWork> FindWork(const SourceKey& key);
  // No sync begins from here on. Returns the jobs that run. NOT_FOUND (SOURCE_NOT_FOUND).
  // Audited.
  absl::StatusOr<std::vector<std::string>> Disconnect(const SourceKey& key,
                                                      const common::v1::Actor& actor);

  // Disconnected sources none of whose jobs runs any more, and whose secret is still there.
  absl::StatusOr<std::vector<SourceKey>> FindDoomed(int limit);
  absl::Status MarkDestroyed(const SourceKey& key);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::job_scheduler
