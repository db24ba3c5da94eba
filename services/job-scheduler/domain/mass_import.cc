#include "services/job-scheduler/domain/mass_import.h"

#include "services/job-scheduler/domain/job_states.h"

namespace callimport::job_scheduler {
namespace {

bool HasEndedWell(JobState job) {
  return job == common::v1::JOB_STATE_COMPLETED || job == common::v1::JOB_STATE_PARTIAL;
}

bool MayEnd(const MassImport& import, std::optional<JobState> job) {
  if (!job) return import.given_up;
  return import.given_up ? IsTerminal(*job) : HasEndedWell(*job);
}

}  // namespace

std::optional<MassStep> NextStep(const MassImport& import, std::optional<JobState> job) {
  for (size_t place = 0; place < kMassSteps; ++place) {
    const auto step = static_cast<MassStep>(place);
    if (import.DoneAt(step)) continue;
    const bool begins = step <= MassStep::kImportStarted;
    if (begins && import.given_up) continue;
    if (step == MassStep::kImportEnded && !MayEnd(import, job)) return std::nullopt;
    return step;
  }
  return std::nullopt;
}

}  // namespace callimport::job_scheduler
