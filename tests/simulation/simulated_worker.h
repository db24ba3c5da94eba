// A worker that leases calls and reports what became of them, if it lives to. What it decides
// follows from a seed.
#pragma once

#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "services/job-scheduler/storage/queue_store.h"

namespace callimport::simulation {

namespace scheduler = job_scheduler;

// What an outside observer sees of all workers.
struct Observer {
  std::function<void(const scheduler::LeasedCall&, Timestamp until)> started;
  // A report was taken as true.
  std::function<void(const scheduler::LeasedCall&)> completed;
  // Handed back unworked.
  std::function<void(const scheduler::LeasedCall&)> released;
  std::function<bool(const scheduler::LeasedCall&)> is_poison;
};

class SimulatedWorker {
 public:
  SimulatedWorker(std::string name, const Clock& clock, std::uint64_t seed, Observer observer)
      : name_(std::move(name)), clock_(clock), random_(seed), observer_(std::move(observer)) {}

  // Every attempt succeeds from here on, but for recordings that cannot be had.
  void CalmDown() { calm_ = true; }

  void Lease(scheduler::QueueStore& queue, int max_calls);
  // Of some calls, or of all when it is calm.
  void Report(scheduler::QueueStore& queue);
  void Renew(scheduler::QueueStore& queue);
  void Release(scheduler::QueueStore& queue);
  // Killed; another one starts in its place and knows nothing of its calls.
  void Die() { held_.clear(); }
  // Stops for so long that its leases expire, and then goes on as if nothing had happened.
  void FallAsleep();
  void WakeUp();

  // Whether it works on the call, and believes that its lease holds.
  bool Holds(const std::string& call_id, Timestamp now) const;
  bool idle() const { return held_.empty(); }

 private:
  struct Held {
    scheduler::LeasedCall call;
    Timestamp until;
    // Decided once: a report that is repeated says the same.
    std::optional<scheduler::Outcome> outcome;
  };
  scheduler::Outcome OutcomeOf(const scheduler::LeasedCall& call);
  void HandBack(scheduler::QueueStore& queue, const std::vector<scheduler::Lease>& leases);
  void Forget(const std::vector<scheduler::Lease>& leases);
  bool Happens(double share);

  const std::string name_;
  const Clock& clock_;
  std::mt19937_64 random_;
  const Observer observer_;
  bool calm_ = false;
  std::vector<Held> held_;
  std::vector<Held> dreamt_;
};

}  // namespace callimport::simulation
