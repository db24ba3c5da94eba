// Follows job-scheduler's event log and keeps the read model, and those who watch, up to date.
//
// The cursor is saved in the transaction that saves what was read. Each replica follows by itself;
// statuses are guarded by their revision, so it does not matter who saves first.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "libs/clients/job_scheduler/job_events_client.h"
#include "libs/common/clock.h"
#include "services/status-tracker/domain/recent_speed.h"
#include "services/status-tracker/projection/state_counters.h"
#include "services/status-tracker/storage/status_store.h"

namespace callimport::status_tracker {

// Gets every status once it is saved.
using StatusListener = std::function<void(ImportStatus)>;

class JobEventProjector {
 public:
  JobEventProjector(job_scheduler::JobEventsClient& events, StatusStore& store,
                    StatusListener listener, const Clock& clock);

  // One session, for feed::FeedFollower: follows until something breaks.
  absl::Status Follow(const std::stop_token& stop);

  // Shows how long the scheduler has said nothing. A session that has heard nothing for long is
  // ended here, to be begun anew.
  absl::Status CheckSilence();

 private:
  absl::StatusOr<int64_t> StartingPoint();
  absl::StatusOr<int64_t> TakeSnapshot();
  absl::Status AskAgain(const std::vector<std::string>& job_ids);
  absl::Status Take(const job_scheduler::v1::WatchJobEventsResponse& message);
  absl::Status SaveAndTell(std::vector<ImportStatus> statuses, int64_t cursor);
  ImportStatus Observe(const common::v1::JobStatus& job, int64_t revision);
  void Heard();
  void Interrupt();
  std::stop_token NewSession();

  job_scheduler::JobEventsClient& events_;
  StatusStore& store_;
  const StatusListener listener_;
  const Clock& clock_;

  // Of this replica, which may be behind the stored one. Only the session's thread uses these.
  std::optional<int64_t> cursor_;
  std::unordered_map<std::string, RecentSpeed> speeds_;
  StateCounters counters_;

  std::mutex mutex_;
  std::stop_source session_;
  Timestamp session_began_;
  Timestamp heard_;
  metrics::Gauge lag_;
};

}  // namespace callimport::status_tracker
