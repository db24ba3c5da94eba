#include "services/job-scheduler/planning/mass_import_driver.h"

#include <utility>

#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {

absl::Status MassImportDriver::Run() {
  ASSIGN_OR_RETURN(const std::vector<MassImport> imports, store_.ListOpen());
  for (const MassImport& import : imports) {
    const CorrelationScope scope(import.correlation_id);
    const auto advanced = Advance(import);
    if (advanced.ok()) continue;
    log::Warning("a mass import cannot go on; it is tried again",
                 {{"mass_import_id", import.mass_import_id}, {"status", advanced.status()}});
  }
  return absl::OkStatus();
}

absl::StatusOr<MassImport> MassImportDriver::Advance(MassImport import) {
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<JobState> job, StateOfImport(import));
    const std::optional<MassStep> step = NextStep(import, job);
    if (!step) return import;
    ASSIGN_OR_RETURN(import, Do(import, *step));
  }
}

absl::StatusOr<std::optional<JobState>> MassImportDriver::StateOfImport(const MassImport& import) {
  if (import.job_id.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const ImportJob job, jobs_.Find(import.workspace_id, import.job_id));
  return job.state;
}

absl::StatusOr<MassImport> MassImportDriver::Do(const MassImport& import, MassStep step) {
  switch (step) {
    case MassStep::kWebhooksHeld:
      RETURN_IF_ERROR(Hold(import, true));
      break;
    case MassStep::kImportStarted:
      return StartImport(import);
    case MassStep::kWebhooksReleased:
      RETURN_IF_ERROR(Hold(import, false));
      break;
    case MassStep::kMaintenanceOn:
    case MassStep::kImportEnded:
    case MassStep::kMaintenanceOff:
      break;
  }
  return store_.Record(import, step);
}

// The mass import's id is the request's, so that a second try finds the job of the first.
absl::StatusOr<MassImport> MassImportDriver::StartImport(const MassImport& import) {
  ImportJob job;
  job.job_id = NewUuid();
  job.workspace_id = import.workspace_id;
  job.credential_id = import.credential_id;
  job.window = {kEarliestDefault, clock_.Now()};
  job.created_by = import.created_by;
  job.correlation_id = import.correlation_id;
  job.created_at = clock_.Now();
  TakeOutOfWindow(job);
  ASSIGN_OR_RETURN(job, jobs_.Create(job, {.request_id = import.mass_import_id, .digest = "mass"}));
  return store_.Record(import, MassStep::kImportStarted, job.job_id);
}

absl::Status MassImportDriver::Hold(const MassImport& import, bool hold) {
  adapter_gateway::v1::SetWebhookHoldRequest request;
  request.set_workspace_id(import.workspace_id);
  request.set_credential_id(import.credential_id);
  request.set_hold(hold);
  request.set_reason(import.reason);
  return webhooks_.SetHold(request).status();
}

}  // namespace callimport::job_scheduler
