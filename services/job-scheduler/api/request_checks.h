// What requests must look like before anything is looked up.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "callimport/common/v1/call.pb.h"
#include "callimport/common/v1/page.pb.h"
#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "libs/common/errors.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// What google.protobuf.Timestamp allows is the years 1 to 9999. Narrower here, so that arithmetic
// with it cannot overflow.
bool IsSane(const google::protobuf::Timestamp& time);

// The filter with its defaults filled in.
Window WindowOf(const common::v1::CallFilter& filter, Timestamp now);

RequestCheck CheckWorkspaceId(const std::string& workspace_id);
RequestCheck CheckJob(const std::string& workspace_id, const std::string& job_id);
void CheckFilter(const common::v1::CallFilter& filter, Timestamp now, RequestCheck& check);
// Tokens of this service are the id of the last item shown.
void CheckPage(const common::v1::PageRequest& page, RequestCheck& check);
int PageSizeOf(const common::v1::PageRequest& page);

absl::Status Check(const v1::PreviewImportRequest& request, Timestamp now);
absl::Status Check(const v1::CreateImportJobRequest& request, Timestamp now);
absl::Status Check(const v1::ListImportJobsRequest& request);
absl::Status Check(const v1::ListImportCallsRequest& request);
absl::Status Check(const v1::ListImportWarningsRequest& request);
absl::Status Check(const v1::RetryFailedRequest& request);

}  // namespace callimport::job_scheduler
