// Records that the gateway could not read when they were listed, read again for a job.
#pragma once

#include "absl/status/statusor.h"
#include "libs/clients/adapter_gateway/records_client.h"
#include "services/job-scheduler/storage/job_store.h"

namespace callimport::job_scheduler {

class KeptRecords {
 public:
  KeptRecords(JobStore& store, adapter_gateway::RecordsClient& gateway)
      : store_(store), gateway_(gateway) {}

  // What is kept of the job's account and can be read by now becomes calls of the job; the vendor
  // is not asked. Returns how many are to be imported because of it. Broken off, it is taken up
  // again by the next: what is stored twice is known already.
  absl::StatusOr<int64_t> ReadFor(const ImportJob& job);

 private:
  JobStore& store_;
  adapter_gateway::RecordsClient& gateway_;
};

}  // namespace callimport::job_scheduler
