// What sources told of calls, read again. Every method is one transaction.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/storage/job_calls_table.h"

namespace callimport::job_scheduler {

class RemapStore {
 public:
  explicit RemapStore(postgres::Pool& pool) : pool_(pool) {}

  // See ListRecords and CorrectRecords.
  absl::StatusOr<std::vector<KeptRecord>> Read(const RecordList& list);
  absl::StatusOr<std::vector<JobCallId>> Correct(const std::vector<CorrectedRecord>& corrections);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::job_scheduler
