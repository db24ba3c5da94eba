// What people tell jobs that are there: to pause, go on, end, hurry, or try again; and what they
// look at before they decide.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "libs/rpc/caller.h"
#include "services/job-scheduler/api/kept_records.h"
#include "services/job-scheduler/credentials/credential_releaser.h"
#include "services/job-scheduler/storage/job_store.h"

namespace callimport::job_scheduler {

class JobOrders {
 public:
  JobOrders(JobStore& store, CredentialReleaser& credentials, KeptRecords& kept_records)
      : store_(store), credentials_(credentials), kept_records_(kept_records) {}

  absl::StatusOr<v1::CancelImportJobResponse> Cancel(const v1::CancelImportJobRequest& request);
  absl::StatusOr<v1::PauseImportJobResponse> Pause(const v1::PauseImportJobRequest& request);
  absl::StatusOr<v1::ResumeImportJobResponse> Resume(const v1::ResumeImportJobRequest& request);
  absl::StatusOr<v1::RunImportJobNowResponse> RunNow(const rpc::Caller& caller,
                                                     const v1::RunImportJobNowRequest& request);
  absl::StatusOr<v1::RetryFailedResponse> Retry(const v1::RetryFailedRequest& request);
  absl::StatusOr<v1::ListFailureCausesResponse> ListCauses(
      const v1::ListFailureCausesRequest& request);
  absl::StatusOr<v1::ListImportWarningsResponse> ListWarnings(
      const v1::ListImportWarningsRequest& request);

 private:
  absl::StatusOr<int64_t> ReadKept(const ImportJob& job, const FailedCalls& which);

  JobStore& store_;
  CredentialReleaser& credentials_;
  KeptRecords& kept_records_;
};

}  // namespace callimport::job_scheduler
