// What the vault was told of jobs' credentials, and what it has yet to be told. Every method is
// one transaction.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/storage/credential_releases_table.h"

namespace callimport::job_scheduler {

class ReleaseStore {
 public:
  explicit ReleaseStore(postgres::Pool& pool) : pool_(pool) {}

  // See credential_releases_table.h.
  absl::StatusOr<std::vector<CredentialUse>> ListUntold(const std::string& after_job_id, int limit);
  absl::Status MarkReleased(const CredentialUse& use);
  absl::Status MarkRetained(const CredentialUse& use);
  absl::Status TellReleaseAgain(const std::string& job_id);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::job_scheduler
