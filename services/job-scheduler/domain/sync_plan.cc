#include "services/job-scheduler/domain/sync_plan.h"

#include <algorithm>

namespace callimport::job_scheduler {
namespace {

constexpr std::chrono::hours kReconciled{24};

bool ReconciliationIsDue(const Source& source, Timestamp now) {
  return source.synced_until && source.next_reconcile_at && *source.next_reconcile_at <= now;
}

Timestamp LookBack(const Source& source, Timestamp from) {
  return std::max(from - source.overlap, source.synced_from.value_or(kEarliestDefault));
}

SyncPlan Plan(const Source& source, SyncReason reason, Timestamp now) {
  SyncPlan plan{.reason = reason, .window = {kEarliestDefault, now}};
  if (!source.synced_until) {
    plan.reason = SyncReason::kFirst;
    plan.newest_first = true;
  } else if (source.settings.mode == SyncMode::kIncremental) {
    plan.window.start = LookBack(source, *source.synced_until);
  }
  return plan;
}

// Calls that were listed to the end of their period, less the one that did not fit.
std::optional<Timestamp> ListedUntil(const SyncStatus& status, const ImportJob& job) {
  if (!job.progress.listing_done() || job.state == common::v1::JOB_STATE_CANCELLED) {
    return std::nullopt;
  }
  return status.cut_at.value_or(status.plan.window.end);
}

std::string NoteOf(const SyncStatus& status, const ImportJob& job) {
  if (status.plan.newest_first && status.call_limit) {
    if (*status.call_limit == 0) {
      return "Nothing was imported: this month's free calls are used up. Older calls can be "
             "imported with a quote.";
    }
    if (job.window.start > kEarliestDefault) {
      return "The newest calls were imported, as many as were free this month. Older ones can be "
             "imported with a quote.";
    }
  }
  if (!status.cut_at) return "";
  return "Not everything new was imported: this month's free calls are used up.";
}

}  // namespace

SyncPlan PlanDue(const Source& source, Timestamp now) {
  if (!ReconciliationIsDue(source, now)) return Plan(source, SyncReason::kScheduled, now);
  const Timestamp since = LookBack(source, std::min(*source.synced_until, now - kReconciled));
  return {.reason = SyncReason::kReconcile,
          .kind = JobKind::kReconciliation,
          .work_class = common::v1::WORK_CLASS_RECONCILE,
          .window = {since, now}};
}

SyncPlan PlanAsked(const Source& source, Timestamp now) {
  return Plan(source, SyncReason::kAsked, now);
}

std::chrono::seconds LatenessOf(Timestamp call_start, const SyncStatus& status) {
  if (!status.synced_before || call_start >= *status.synced_before) return std::chrono::seconds(0);
  return std::chrono::duration_cast<std::chrono::seconds>(status.plan.window.end - call_start);
}

EndedSync ResultOf(const SyncStatus& status, const ImportJob& job) {
  return {.job_id = job.job_id,
          .state = job.state,
          .ended_at = job.finished_at.value_or(job.created_at),
          .calls_imported = job.progress.completed_calls(),
          .refused = job.listing_refused,
          .refusal = job.listing_error,
          .listed_from = job.window.start,
          .listed_until = ListedUntil(status, job),
          .late = status.late,
          .note = NoteOf(status, job)};
}

}  // namespace callimport::job_scheduler
