#include "services/job-scheduler/domain/source.h"

#include <algorithm>

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours kReconcileEvery{24};
constexpr minutes kFirstProbePause{5};
constexpr hours kLongestProbePause{6};
constexpr seconds kShortestOverlap = hours(2);
constexpr seconds kLongestOverlap = hours(7 * 24);

// The tick after now, on the grid of the one that is due.
std::optional<Timestamp> TickAfter(std::optional<Timestamp> due, seconds every, Timestamp now) {
  if (!due || *due > now) return due;
  const auto missed = (now - *due) / every;
  return *due + (missed + 1) * every;
}

minutes ProbePause(int failures) {
  minutes pause = kFirstProbePause;
  for (int failure = 0; failure < failures && pause < kLongestProbePause; ++failure) pause *= 2;
  return std::min<minutes>(pause, kLongestProbePause);
}

// Grows with what was seen, half as much again; shrinks slowly while nothing comes late.
seconds LearnedOverlap(seconds overlap, seconds late) {
  return std::clamp(std::max(late + late / 2, overlap - overlap / 20), kShortestOverlap,
                    kLongestOverlap);
}

// All ticks, when the source may be synced from now on.
void Schedule(Source& source, Timestamp now) {
  source.next_sync_at.reset();
  source.next_reconcile_at.reset();
  if (!IsScheduled(source)) return;
  source.next_sync_at = now;
  if (source.settings.mode == SyncMode::kIncremental) {
    source.next_reconcile_at = now + kReconcileEvery;
  }
}

}  // namespace

bool IsScheduled(const Source& source) {
  return source.settings.enabled && source.health == SourceHealth::kOk;
}

std::optional<Timestamp> DueAt(const Source& source) {
  if (!IsScheduled(source) || !source.running_job_id.empty()) return std::nullopt;
  if (!source.next_sync_at || !source.next_reconcile_at) {
    return source.next_sync_at ? source.next_sync_at : source.next_reconcile_at;
  }
  return std::min(*source.next_sync_at, *source.next_reconcile_at);
}

void Configure(Source& source, const SyncSettings& settings, Timestamp now) {
  const bool was_scheduled = IsScheduled(source);
  const SyncMode mode = source.settings.mode;
  source.settings = settings;
  if (settings.enabled) source.ephemeral = false;
  if (!was_scheduled || !settings.enabled) {
    Schedule(source, now);
  } else if (settings.mode != mode) {
    source.next_reconcile_at.reset();
    if (settings.mode == SyncMode::kIncremental) source.next_reconcile_at = now + kReconcileEvery;
  }
}

void MarkUnhealthy(Source& source, const std::string& why, Timestamp now) {
  if (source.health == SourceHealth::kDisconnected) return;
  source.health = SourceHealth::kUnhealthy;
  source.health_text = why;
  source.probe_failures = 0;
  source.next_probe_at = now + ProbePause(0);
  Schedule(source, now);
}

void FailProbe(Source& source, const std::string& why, Timestamp now) {
  if (source.health != SourceHealth::kUnhealthy) return;
  source.health_text = why;
  source.next_probe_at = now + ProbePause(++source.probe_failures);
}

void MarkHealthy(Source& source, Timestamp now) {
  if (source.health != SourceHealth::kUnhealthy) return;
  source.health = SourceHealth::kOk;
  source.health_text.clear();
  source.probe_failures = 0;
  source.next_probe_at.reset();
  Schedule(source, now);
}

void MarkDisconnected(Source& source, const std::string& why) {
  source.health = SourceHealth::kDisconnected;
  source.health_text = why;
  source.next_probe_at.reset();
  source.next_sync_at.reset();
  source.next_reconcile_at.reset();
}

void BeginSync(Source& source, const std::string& job_id, bool reconciles, Timestamp now) {
  source.running_job_id = job_id;
  source.next_sync_at = TickAfter(source.next_sync_at, source.settings.frequency, now);
  if (reconciles)
    source.next_reconcile_at = TickAfter(source.next_reconcile_at, kReconcileEvery, now);
}

void EndSync(Source& source, const EndedSync& ended) {
  source.running_job_id.clear();
  source.last_sync_job_id = ended.job_id;
  source.last_sync_at = ended.ended_at;
  source.last_sync_state = ended.state;
  source.last_sync_calls = ended.calls_imported;
  source.note = ended.note;
  if (ended.listed_until) {
    const Timestamp until = *ended.listed_until;
    source.synced_until = std::max(source.synced_until.value_or(until), until);
    if (!source.synced_from) source.synced_from = ended.listed_from.value_or(until);
    source.overlap = LearnedOverlap(source.overlap, ended.late);
  }
  if (ended.refused) MarkUnhealthy(source, ended.refusal, ended.ended_at);
}

}  // namespace callimport::job_scheduler
