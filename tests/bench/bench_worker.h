// The benchmark in the place of media-pipeline: takes calls and says that they are imported.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/clients/job_scheduler/call_queue_client.h"
#include "tests/bench/installation.h"

namespace callimport::bench {

class BenchWorker {
 public:
  BenchWorker(Installation& installation, std::string name);

  using Leases = std::vector<job_scheduler::v1::LeaseRef>;

  // Empty when nothing was due for two seconds.
  absl::StatusOr<Leases> Lease(int max_calls);

  // How many of them counted; the others had been lost.
  absl::StatusOr<int64_t> Complete(const Leases& leases);

 private:
  const std::string name_;
  const std::unique_ptr<job_scheduler::CallQueueClient> queue_;
};

}  // namespace callimport::bench
