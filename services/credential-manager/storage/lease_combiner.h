// Answers leases that are asked for at the same time by one transaction: the commit, which waits
// for the disk, and the head of the audit log, which only one transaction at a time can have, are
// paid once for all of them.
//
// A few threads run the batches, and nobody else sleeps: waking a thread for each lease would cost
// more than the lease. There is no waiting for more to come: what is asked while all of them are
// busy is the next batch.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
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
  // Must not throw, and holds up the answers behind it.
  using Done = std::function<void(absl::StatusOr<OpenedCredential>)>;

  LeaseCombiner(LeaseMany lease_many, Bounds bounds);

  // What waits is answered first.
  ~LeaseCombiner();

  // Calls `done` once, from a thread of this class, or at once when too many wait.
  // DEADLINE_EXCEEDED (LEASE_TOO_LATE) for what has not begun by its deadline; nothing is audited
  // then.
  void Lease(LeaseRequest request, Deadline deadline, Done done);

  // The same, for whoever may sleep until then.
  absl::StatusOr<OpenedCredential> LeaseAndWait(LeaseRequest request, Deadline deadline);

  // How many wait for the next batch.
  size_t waiting();

 private:
  struct Waiting {
    LeaseRequest request;
    Deadline deadline;
    Done done;
  };
  using Batch = std::vector<Waiting>;

  void Work(const std::stop_token& stop);
  // Empty: it is over.
  Batch Take(const std::stop_token& stop);
  void Answer(Batch batch);

  const LeaseMany lease_many_;
  const Bounds bounds_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace callimport::credential_manager
