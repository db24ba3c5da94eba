// Keeps sources up to date: begins syncs that are due, ends those that are done, asks after
// unhealthy sources, and has the secrets of disconnected ones destroyed. Any number of replicas may
// do so side by side: each step belongs to whoever locks the source first.
#pragma once

#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "libs/clients/adapter_gateway/call_catalog_client.h"
#include "libs/clients/credential_manager/credential_admin_client.h"
#include "libs/telemetry/metrics.h"
#include "services/job-scheduler/storage/disconnect_store.h"
#include "services/job-scheduler/storage/source_store.h"
#include "services/job-scheduler/storage/sync_store.h"

namespace callimport::job_scheduler {

class SyncScheduler {
 public:
  SyncScheduler(SyncStore& syncs, SourceStore& sources, DisconnectStore& disconnects,
                adapter_gateway::CallCatalogClient& catalog,
                credential_manager::CredentialAdminClient& vault, const Clock& clock);

  // Ends what is done. To be called several times a second.
  absl::Status Settle();
  // The same, and begins what is due, which costs a look at every workspace that has syncs: to be
  // called every few seconds.
  absl::Status Run();
  // The same at once, for who knows that something is due; what fails comes with the next run.
  void WakeUp();
  // To be called every few seconds: one question to the vendor for each source whose turn it is.
  absl::Status Probe();
  // To be called every few seconds.
  absl::Status DestroySecrets();
  // For operators.
  absl::Status Measure();

  // Ends a question that is under way; none begins any more.
  void Stop() { stop_.request_stop(); }

 private:
  absl::Status ProbeOne(const Source& source);
  void CountEnd(const ImportJob& job);

  SyncStore& syncs_;
  SourceStore& sources_;
  DisconnectStore& disconnects_;
  adapter_gateway::CallCatalogClient& catalog_;
  credential_manager::CredentialAdminClient& vault_;
  const Clock& clock_;
  std::stop_source stop_;

  metrics::Gauge well_;
  metrics::Gauge unhealthy_;
  metrics::Counter probes_accepted_;
  metrics::Counter probes_refused_;
  std::mutex mutex_;
  std::map<JobState, metrics::Counter> ends_;
};

}  // namespace callimport::job_scheduler
