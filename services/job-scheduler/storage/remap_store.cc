#include "services/job-scheduler/storage/remap_store.h"

#include "libs/postgres/transact.h"

namespace callimport::job_scheduler {

absl::StatusOr<std::vector<KeptRecord>> RemapStore::Read(const RecordList& list) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return ListRecords(tx, list); });
}

absl::StatusOr<std::vector<JobCallId>> RemapStore::Correct(
    const std::vector<CorrectedRecord>& corrections) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return CorrectRecords(tx, corrections); });
}

}  // namespace callimport::job_scheduler
