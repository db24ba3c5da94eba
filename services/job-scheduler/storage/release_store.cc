#include "services/job-scheduler/storage/release_store.h"

#include "libs/postgres/transact.h"

namespace callimport::job_scheduler {

absl::StatusOr<std::vector<CredentialUse>> ReleaseStore::ListUntold(const std::string& after_job_id,
                                                                    int limit) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return job_scheduler::ListUntold(tx, after_job_id, limit); });
}

absl::Status ReleaseStore::MarkReleased(const CredentialUse& use) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { job_scheduler::MarkReleased(tx, use.job_id, *use.ended_at); });
}

absl::Status ReleaseStore::MarkRetained(const CredentialUse& use) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { job_scheduler::MarkRetained(tx, use.job_id); });
}

absl::Status ReleaseStore::TellReleaseAgain(const std::string& job_id) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { job_scheduler::TellReleaseAgain(tx, job_id); });
}

}  // namespace callimport::job_scheduler
