#include "services/job-scheduler/signals/change_signals.h"

#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {
namespace {

// A minute's import to a week's.
const std::vector<double>& DurationBounds() {
  static const std::vector<double> bounds = {1,    5,     15,    60,    300,   900,
                                             3600, 14400, 43200, 86400, 604800};
  return bounds;
}

}  // namespace

ChangeSignals::ChangeSignals()
    : duration_("import_job_duration_seconds", "From a job's start to its end", {},
                DurationBounds()) {}

void ChangeSignals::JobsChanged(const std::vector<ImportJob>& jobs) {
  job_events_.Raise();
  for (const ImportJob& job : jobs) {
    if (IsTerminal(job.state)) CountEnd(job);
  }
}

void ChangeSignals::Close() {
  job_events_.Close();
  calls_due_.Close();
  jobs_to_plan_.Close();
}

void ChangeSignals::CountEnd(const ImportJob& job) {
  if (job.started_at && job.finished_at) {
    duration_.Observe(std::chrono::duration<double>(*job.finished_at - *job.started_at).count());
  }
  const CorrelationScope scope(job.correlation_id);
  log::Info("a job has ended", {{"job_id", job.job_id}, {"state", NameOf(job.state)}});
  std::lock_guard lock(mutex_);
  const auto [counter, made] = ends_.try_emplace(
      {job.platform, job.state}, "import_jobs_total", "Import jobs that have ended",
      metrics::Labels{{"platform", job.platform}, {"status", NameOf(job.state)}});
  counter->second.Add();
}

}  // namespace callimport::job_scheduler
