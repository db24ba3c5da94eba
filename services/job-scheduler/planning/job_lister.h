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
  absl::Status ListFrom(const PlanLease& lease, const ImportJob& job, const std::string& cursor,
                        const std::stop_token& stop);
  absl::StatusOr<std::string> UsableCursor(const std::string& job_id);

  PlanStore& store_;
  adapter_gateway::CallCatalogClient& catalog_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
