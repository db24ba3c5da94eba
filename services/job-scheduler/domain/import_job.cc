#include "services/job-scheduler/domain/import_job.h"

#include <utility>

#include "libs/common/proto_time.h"

namespace callimport::job_scheduler {
namespace {

int64_t ProcessedCalls(const common::v1::Progress& progress) {
  return progress.completed_calls() + progress.failed_calls() + progress.skipped_calls() +
         progress.duplicate_calls();
}

std::optional<JobEvent> EndOf(const ImportJob& job) {
  if (OpenCalls(job) > 0) return std::nullopt;
  if (job.state == common::v1::JOB_STATE_CANCELLING) return JobEvent::kCancelFinished;
  if (job.listing_refused) return JobEvent::kSourceRefused;
  if (!job.progress.listing_done()) return std::nullopt;
  if (job.progress.failed_calls() == 0) return JobEvent::kAllImported;
  const bool some_imported = job.progress.completed_calls() + job.progress.duplicate_calls() > 0;
  return some_imported ? JobEvent::kSomeFailed : JobEvent::kAllFailed;
}

// What it waited for in the state before, and when it was to end.
void ForgetOutlook(ImportJob& job) {
  job.waits.clear();
  job.finish_earliest.reset();
  job.finish_latest.reset();
  if (job.state == common::v1::JOB_STATE_PAUSED) job.waits.push_back(PausedWait());
}

}  // namespace

bool IsListingGivenUp(const ImportJob& job) {
  return job.listing_refused && job.listing_error.starts_with(kListingGivenUp);
}

int64_t OpenCalls(const ImportJob& job) {
  return job.progress.listed_calls() - ProcessedCalls(job.progress);
}

common::v1::Wait PausedWait() {
  common::v1::Wait wait;
  wait.set_reason(common::v1::Wait::REASON_PAUSED);
  wait.set_text("The import is paused; ResumeImportJob lets it go on.");
  return wait;
}

bool Apply(ImportJob& job, JobEvent event, Timestamp now) {
  const auto next = After(job.state, event);
  if (!next) return false;
  const JobState before = std::exchange(job.state, *next);
  if (RaisesEpoch(event)) ++job.epoch;
  job.paused_from.reset();
  if (job.state == common::v1::JOB_STATE_PAUSED) job.paused_from = before;
  ForgetOutlook(job);
  if (!job.started_at && job.state != common::v1::JOB_STATE_PENDING) job.started_at = now;
  if (!IsTerminal(job.state)) {
    job.finished_at.reset();
  } else if (!job.finished_at) {
    job.finished_at = now;
  }
  return true;
}

bool Resume(ImportJob& job, Timestamp now) {
  return job.paused_from && Apply(job, ResumeTo(*job.paused_from), now);
}

void TakeOutOfWindow(ImportJob& job) {
  job.run_now = true;
  if (job.work_class == common::v1::WORK_CLASS_BULK) {
    job.work_class = common::v1::WORK_CLASS_INTERACTIVE;
  }
}

void Add(ImportJob& job, const Tally& tally) {
  common::v1::Progress& progress = job.progress;
  progress.set_completed_calls(progress.completed_calls() + tally.completed);
  progress.set_failed_calls(progress.failed_calls() + tally.failed);
  progress.set_skipped_calls(progress.skipped_calls() + tally.skipped);
  progress.set_media_stored(progress.media_stored() + tally.media_stored);
  progress.set_transcripts_ready(progress.transcripts_ready() + tally.transcripts_ready);
  progress.set_media_bytes(progress.media_bytes() + tally.media_bytes);
  progress.set_errors(progress.errors() + tally.errors);
  progress.set_warnings(progress.warnings() + tally.warnings);
  if (!tally.last_error.empty()) job.last_error = tally.last_error;
}

bool Settle(ImportJob& job, Timestamp now) {
  const auto end = EndOf(job);
  return end && Apply(job, *end, now);
}

common::v1::CallFilter FilterOf(const ImportJob& job) {
  common::v1::CallFilter filter;
  *filter.mutable_start_time() = ToProto(job.window.start);
  *filter.mutable_end_time() = ToProto(job.window.end);
  filter.mutable_attributes()->insert(job.attributes.begin(), job.attributes.end());
  return filter;
}

common::v1::JobStatus StatusOf(const ImportJob& job) {
  common::v1::JobStatus status;
  status.set_job_id(job.job_id);
  status.set_workspace_id(job.workspace_id);
  status.set_platform(job.platform);
  status.set_state(job.state);
  *status.mutable_progress() = job.progress;
  status.mutable_progress()->set_processed_calls(ProcessedCalls(job.progress));
  status.set_current_item(job.current_item);
  status.set_last_error(job.listing_error.empty() ? job.last_error : job.listing_error);
  *status.mutable_create_time() = ToProto(job.created_at);
  if (job.started_at) *status.mutable_start_time() = ToProto(*job.started_at);
  if (job.finished_at) *status.mutable_finish_time() = ToProto(*job.finished_at);
  status.set_correlation_id(job.correlation_id);
  status.set_work_class(job.work_class);
  for (const common::v1::Wait& wait : job.waits) *status.add_waits() = wait;
  if (job.finish_earliest) *status.mutable_finish_earliest() = ToProto(*job.finish_earliest);
  if (job.finish_latest) *status.mutable_finish_latest() = ToProto(*job.finish_latest);
  return status;
}

}  // namespace callimport::job_scheduler
