#include "services/status-tracker/projection/job_event_projector.h"

#include <algorithm>
#include <utility>

#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::status_tracker {
namespace {

// The scheduler says something every two seconds.
constexpr std::chrono::seconds kLongSilence{15};

void LogState(const common::v1::JobStatus& job) {
  const CorrelationScope scope(job.correlation_id());
  log::Info("a job is seen in a state", {{"job_id", job.job_id()},
                                         {"state", common::v1::JobState_Name(job.state())},
                                         {"processed", job.progress().processed_calls()}});
}

}  // namespace

JobEventProjector::JobEventProjector(job_scheduler::JobEventsClient& events, StatusStore& store,
                                     StatusListener listener, const Clock& clock)
    : events_(events),
      store_(store),
      listener_(std::move(listener)),
      clock_(clock),
      session_began_(clock.Now()),
      heard_(clock.Now()),
      lag_("job_feed_silence_seconds", "How long job-scheduler's event log has said nothing") {}

absl::Status JobEventProjector::Follow(const std::stop_token& stop) {
  const std::stop_token session = NewSession();
  const std::stop_callback interrupt(stop, [this] { Interrupt(); });
  ASSIGN_OR_RETURN(cursor_, StartingPoint());
  absl::Status ended = events_.WatchJobEvents(
      *cursor_, [this](const auto& message) { return Take(message); }, session);
  if (!absl::IsOutOfRange(ended)) return ended;
  log::Info("the job events after the cursor are gone, so a snapshot is taken",
            {{"cursor", *cursor_}});
  return TakeSnapshot().status();
}

void JobEventProjector::Interrupt() {
  std::lock_guard lock(mutex_);
  session_.request_stop();
}

absl::Status JobEventProjector::CheckSilence() {
  std::lock_guard lock(mutex_);
  const Timestamp now = clock_.Now();
  lag_.Set(std::chrono::duration<double>(now - heard_).count());
  if (now - std::max(heard_, session_began_) > kLongSilence) session_.request_stop();
  return absl::OkStatus();
}

// Where this process stopped, else where any replica did, else a snapshot.
absl::StatusOr<int64_t> JobEventProjector::StartingPoint() {
  if (cursor_) return *cursor_;
  ASSIGN_OR_RETURN(const auto stored, store_.Cursor());
  if (stored) return *stored;
  return TakeSnapshot();
}

absl::StatusOr<int64_t> JobEventProjector::TakeSnapshot() {
  ASSIGN_OR_RETURN(const auto snapshot, events_.GetProgressSnapshot(""));
  Heard();
  std::vector<ImportStatus> statuses;
  for (const common::v1::JobStatus& job : snapshot.jobs()) {
    statuses.push_back(Observe(job, snapshot.revision()));
  }
  RETURN_IF_ERROR(SaveAndTell(std::move(statuses), snapshot.revision()));
  cursor_ = snapshot.revision();
  // What was active here and is not there any more has ended meanwhile.
  ASSIGN_OR_RETURN(const auto ended, store_.ActiveJobsBefore(snapshot.revision()));
  RETURN_IF_ERROR(AskAgain(ended));
  return snapshot.revision();
}

absl::Status JobEventProjector::AskAgain(const std::vector<std::string>& job_ids) {
  std::vector<std::string> unknown;
  for (const std::string& job_id : job_ids) {
    const auto snapshot = events_.GetProgressSnapshot(job_id);
    if (!snapshot.ok() && !absl::IsNotFound(snapshot.status())) return snapshot.status();
    if (!snapshot.ok() || snapshot->jobs().empty()) {
      unknown.push_back(job_id);
      speeds_.erase(job_id);
      counters_.Forget(job_id);
      continue;
    }
    ImportStatus status = Observe(snapshot->jobs(0), snapshot->revision());
    RETURN_IF_ERROR(store_.Remember(status));
    listener_(std::move(status));
  }
  return unknown.empty() ? absl::OkStatus() : store_.Forget(unknown);
}

absl::Status JobEventProjector::Take(const job_scheduler::v1::WatchJobEventsResponse& message) {
  Heard();
  if (message.events().empty()) return absl::OkStatus();
  // Of several events of one job only the newest is of interest.
  std::unordered_map<std::string, const job_scheduler::v1::JobEvent*> newest;
  int64_t last = *cursor_;
  for (const job_scheduler::v1::JobEvent& event : message.events()) {
    newest[event.status().job_id()] = &event;
    last = std::max(last, event.revision());
  }
  std::vector<ImportStatus> statuses;
  statuses.reserve(newest.size());
  for (const auto& [job_id, event] : newest) {
    statuses.push_back(Observe(event->status(), event->revision()));
  }
  RETURN_IF_ERROR(SaveAndTell(std::move(statuses), last));
  cursor_ = last;
  return absl::OkStatus();
}

absl::Status JobEventProjector::SaveAndTell(std::vector<ImportStatus> statuses, int64_t cursor) {
  RETURN_IF_ERROR(store_.Save(statuses, cursor));
  for (ImportStatus& status : statuses) listener_(std::move(status));
  return absl::OkStatus();
}

ImportStatus JobEventProjector::Observe(const common::v1::JobStatus& job, int64_t revision) {
  if (counters_.See(job)) LogState(job);
  if (IsTerminal(job.state())) {
    speeds_.erase(job.job_id());
    return {.job = job, .revision = revision};
  }
  RecentSpeed& speed = speeds_[job.job_id()];
  speed.Observe(job.progress(), clock_.Now());
  return {.job = job, .revision = revision, .calls_per_second = speed.calls_per_second()};
}

void JobEventProjector::Heard() {
  std::lock_guard lock(mutex_);
  heard_ = clock_.Now();
}

std::stop_token JobEventProjector::NewSession() {
  std::lock_guard lock(mutex_);
  session_ = std::stop_source();
  session_began_ = clock_.Now();
  return session_.get_token();
}

}  // namespace callimport::status_tracker
