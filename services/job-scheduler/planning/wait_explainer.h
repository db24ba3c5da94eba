// Tells why jobs do not go on: what the queue holds of them, and what their source says.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/clients/adapter_gateway/quota_client.h"
#include "services/job-scheduler/storage/waits_store.h"

namespace callimport::job_scheduler {

class WaitExplainer {
 public:
  WaitExplainer(WaitsStore& store, adapter_gateway::QuotaClient& quota, const Clock& clock)
      : store_(store), quota_(quota), clock_(clock) {}
  ~WaitExplainer() { Stop(); }

  struct Explained {
    std::vector<common::v1::Wait> waits;
    int64_t calls_in_work = 0;
    int64_t calls_due = 0;
  };
  // NOT_FOUND (JOB_NOT_FOUND). When the source's limits cannot be asked for, what the scheduler
  // knows itself is told.
  absl::StatusOr<Explained> Explain(const std::string& workspace_id, const std::string& job_id);

  // Keeps with every running job what it waits for and when it is likely to end, some jobs at a
  // time; to be called every second. Replicas share the work, as a job that one has looked at is
  // left alone for a while.
  absl::Status Refresh();

  // Ends all asking.
  void Stop() { stop_.request_stop(); }

 private:
  // Nothing: the gateway does not answer.
  std::optional<SourceFacts> AskSource(const ImportJob& job);

  WaitsStore& store_;
  adapter_gateway::QuotaClient& quota_;
  const Clock& clock_;
  std::stop_source stop_;
};

}  // namespace callimport::job_scheduler
