// Does what mass imports have to do next. Any number of replicas may do so side by side: every
// step may be repeated, and is recorded once.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/clients/adapter_gateway/webhook_inbox_client.h"
#include "libs/common/clock.h"
#include "services/job-scheduler/storage/job_store.h"
#include "services/job-scheduler/storage/mass_import_store.h"

namespace callimport::job_scheduler {

class MassImportDriver {
 public:
  MassImportDriver(MassImportStore& store, JobStore& jobs,
                   adapter_gateway::WebhookInboxClient& webhooks, const Clock& clock)
      : store_(store), jobs_(jobs), webhooks_(webhooks), clock_(clock) {}

  // One turn for all that have not ended. One that fails holds up no other, and comes again.
  absl::Status Run();

  // As far as it goes now. An error leaves what was done recorded.
  absl::StatusOr<MassImport> Advance(MassImport import);

 private:
  absl::StatusOr<std::optional<JobState>> StateOfImport(const MassImport& import);
  absl::StatusOr<MassImport> Do(const MassImport& import, MassStep step);
  absl::StatusOr<MassImport> StartImport(const MassImport& import);
  absl::Status Hold(const MassImport& import, bool hold);

  MassImportStore& store_;
  JobStore& jobs_;
  adapter_gateway::WebhookInboxClient& webhooks_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
