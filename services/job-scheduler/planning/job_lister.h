// Counts and lists the calls of one job, from where it was left.
#pragma once

#include <stop_token>

#include "absl/status/status.h"
#include "libs/clients/adapter_gateway/call_catalog_client.h"
#include "services/job-scheduler/storage/plan_store.h"

namespace callimport::job_scheduler {

class JobLister {
 public:
  JobLister(PlanStore& store, adapter_gateway::CallCatalogClient& catalog, const Clock& clock)
      : store_(store), catalog_(catalog), clock_(clock) {}

  // OK once the listing is done. An error of the source or of the store otherwise; everything
  // stored by then stays.
  absl::Status Run(const PlanLease& lease, const std::stop_token& stop);

 private:
  absl::StatusOr<ImportJob> Count(const PlanLease& lease, const ImportJob& job,
                                  const std::stop_token& stop);
  absl::StatusOr<CallCount> CountIn(const ImportJob& job, const Window& window,
                                    const std::stop_token& stop);
  absl::StatusOr<ImportJob> CountNewest(const PlanLease& lease, const ImportJob& job, int64_t limit,
                                        const std::stop_token& stop);
  absl::Status ListAll(const PlanLease& lease, const ImportJob& job, const std::stop_token& stop);
  // One part, from the checkpoint on, which follows what is stored. True once the listing is done.
  absl::StatusOr<bool> ListPart(const PlanLease& lease, const ImportJob& job,
                                Checkpoint& checkpoint, const std::stop_token& stop);

  PlanStore& store_;
  adapter_gateway::CallCatalogClient& catalog_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
