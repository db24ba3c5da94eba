// Answers leases that are asked for at the same time by one transaction: the commit, which waits
// for the disk, and the head of the audit log, which only one transaction at a time can have, are
// paid once for all of them.
//
// No thread of its own, and no waiting for more to come: whoever asks while no batch runs runs one,
// and what is asked meanwhile is the next batch, run by the first of those who wait.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

struct LeaseRequest {
  std::string workspace_id;
  std::string credential_id;
  AuditContext context;
};

// A result for each request, in their order. Must not throw.
using LeaseMany =
    std::function<std::vector<absl::StatusOr<OpenedCredential>>(const std::vector<LeaseRequest>&)>;

class LeaseCombiner {
 public:
  struct Bounds {
    size_t max_batch = 256;
    // Beyond it, RESOURCE_EXHAUSTED (LEASES_BUSY).
    size_t max_waiting = 2'048;
    // The second reads and opens while the first commits.
    int batches_at_once = 2;
  };
  using Deadline = std::chrono::steady_clock::time_point;

  LeaseCombiner(LeaseMany lease_many, Bounds bounds);

  // DEADLINE_EXCEEDED (LEASE_TOO_LATE) when there is no answer by then. Its audit entry may be
  // there all the same, as after an answer that did not arrive.
  absl::StatusOr<OpenedCredential> Lease(LeaseRequest request, Deadline deadline);

  // How many wait for the next batch.
  size_t waiting();

 private:
  struct Waiting {
    LeaseRequest request;
    std::optional<absl::StatusOr<OpenedCredential>> result;
    // What this one has to run; it is the first in it.
    std::vector<std::shared_ptr<Waiting>> batch;
    std::condition_variable changed;
  };

  // Gives the next batch to the first of it.
  void StartBatch();
  void RunBatch(Waiting& leader, std::unique_lock<std::mutex>& lock);

  const LeaseMany lease_many_;
  const Bounds bounds_;
  std::mutex mutex_;
  // Empty while fewer than batches_at_once run.
  std::deque<std::shared_ptr<Waiting>> queue_;
  int running_ = 0;
};

}  // namespace callimport::credential_manager
