// Which calls a sync is about.
#pragma once

#include <optional>
#include <string>

#include "services/job-scheduler/domain/source.h"

namespace callimport::job_scheduler {

enum class SyncReason { kFirst, kScheduled, kAsked, kReconcile };

struct SyncPlan {
  SyncReason reason = SyncReason::kScheduled;
  JobKind kind = JobKind::kSync;
  WorkClass work_class = common::v1::WORK_CLASS_SYNC;
  Window window = {};
  // Of all these, the newest ones alone.
  bool newest_first = false;
};

// What is due now; a reconciliation also does what the sync would have done.
SyncPlan PlanDue(const Source& source, Timestamp now);
SyncPlan PlanAsked(const Source& source, Timestamp now);

// What a sync may do and has done; the table sync_status holds it.
struct SyncStatus {
  std::string job_id = {};
  SourceKey source = {};
  SyncPlan plan = {};
  // How far the source had been listed when it began.
  std::optional<Timestamp> synced_before = {};
  // New calls that it may take; unset: any number.
  std::optional<int64_t> call_limit = {};
  int64_t new_calls = 0;
  // The start of the first call that it had to leave out.
  std::optional<Timestamp> cut_at = {};
  std::chrono::seconds late{0};
};

// Of a call that was found only now although the source had been listed past its start: how late
// it was, at most. Zero for any other.
std::chrono::seconds LatenessOf(Timestamp call_start, const SyncStatus& status);

// The job's end as the source takes it.
EndedSync ResultOf(const SyncStatus& status, const ImportJob& job);

}  // namespace callimport::job_scheduler
