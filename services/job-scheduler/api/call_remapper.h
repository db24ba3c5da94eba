// Corrects what is known of calls after the mapping of a platform was mended: the gateway reads
// anew what the source told, and nobody asks the vendor.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "libs/clients/adapter_gateway/records_client.h"
#include "services/job-scheduler/storage/remap_store.h"

namespace callimport::job_scheduler {

class CallRemapper {
 public:
  CallRemapper(RemapStore& store, adapter_gateway::RecordsClient& gateway)
      : store_(store), gateway_(gateway) {}

  // One page. A call that is in work goes on by what was read before; its engagement is
  // media-pipeline's to correct.
  absl::StatusOr<v1::RemapCallsResponse> Remap(const v1::RemapCallsRequest& request);

 private:
  RemapStore& store_;
  adapter_gateway::RecordsClient& gateway_;
};

}  // namespace callimport::job_scheduler
