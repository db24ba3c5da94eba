// Lists the calls of jobs that want it, some jobs at once. Several processes may do so side by
// side: each leases its jobs.
#pragma once

#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "libs/clients/adapter_gateway/call_catalog_client.h"
#include "libs/feed/feed_signal.h"
#include "services/job-scheduler/domain/retry_schedule.h"
#include "services/job-scheduler/planning/job_lister.h"
#include "services/job-scheduler/storage/plan_store.h"

namespace callimport::job_scheduler {

class JobPlanner {
 public:
  // `wake` is raised when a job wants to be listed; its Close ends the idle wait.
  JobPlanner(PlanStore& store, adapter_gateway::CallCatalogClient& catalog, feed::FeedSignal& wake,
             int jobs_at_once, const Clock& clock, RetrySchedule retries = {});
  ~JobPlanner();

  void Start();

  // Hands the jobs back, where they are. Stopping twice, or before the start, is fine.
  void Stop();

  // Lists the job that waits longest, on this thread. False when none waits.
  bool PlanOne();

  // Keeps the leases of the jobs being listed; to be called several times a lease.
  absl::Status RenewLeases();

  // Stops listing what is cancelled or paused; to be called several times a second, as the vendor
  // is to be left alone soon.
  absl::Status StopLost();

 private:
  void Work();
  void Plan(const PlanLease& lease);
  std::vector<PlanLease> HeldLeases();
  absl::Status GiveBack(const PlanLease& lease, const absl::Status& error);

  PlanStore& store_;
  JobLister lister_;
  feed::FeedSignal& wake_;
  const int jobs_at_once_;
  const Clock& clock_;
  const RetrySchedule retries_;
  const std::string name_;
  std::mutex mutex_;
  struct Held {
    PlanLease lease;
    std::stop_source stop;
  };
  std::map<std::string, Held> held_;
  // One for all threads: none takes up what another has just handed back.
  std::stop_source stop_;
  std::vector<std::jthread> threads_;
};

}  // namespace callimport::job_scheduler
