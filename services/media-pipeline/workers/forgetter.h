// Deletes what became of calls that job-scheduler has deleted. Any number of replicas may do so
// side by side, and repeat it.
#pragma once

#include "absl/status/status.h"
#include "libs/clients/job_scheduler/forgotten_calls_client.h"
#include "services/media-pipeline/storage/deletion_store.h"

namespace callimport::media_pipeline {

class Forgetter {
 public:
  Forgetter(job_scheduler::ForgottenCallsClient& scheduler, DeletionStore& store)
      : scheduler_(scheduler), store_(store) {}

  // All that there is, in transactions of bounded size.
  absl::Status Run();

 private:
  job_scheduler::ForgottenCallsClient& scheduler_;
  DeletionStore& store_;
};

}  // namespace callimport::media_pipeline
