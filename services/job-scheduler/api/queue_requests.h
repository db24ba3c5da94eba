// Reading what workers ask for.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "callimport/job_scheduler/v1/call_queue.pb.h"
#include "services/job-scheduler/storage/queue_store.h"

namespace callimport::job_scheduler {

absl::Status Check(const v1::LeaseCallsRequest& request);
absl::Status Check(const v1::RenewLeasesRequest& request);
absl::Status Check(const v1::ReportOutcomesRequest& request);
absl::Status Check(const v1::ReleaseCallsRequest& request);
absl::Status Check(const v1::RegisterUploadRequest& request);

// Of requests that were checked.
std::vector<LeaseProgress> LeasesOf(const v1::RenewLeasesRequest& request);
std::vector<Lease> LeasesOf(const v1::ReleaseCallsRequest& request);
std::vector<QueueStore::Report> ReportsOf(const v1::ReportOutcomesRequest& request);

}  // namespace callimport::job_scheduler
