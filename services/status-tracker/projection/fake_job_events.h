// A scheduler of a few lines: tells what a test puts in.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "libs/clients/job_scheduler/job_events_client.h"
#include "libs/common/errors.h"

namespace callimport::status_tracker {

class FakeJobEvents : public job_scheduler::JobEventsClient {
 public:
  // The job's status from now on, as an event.
  void Happen(const common::v1::JobStatus& job) {
    std::lock_guard lock(mutex_);
    jobs_[job.job_id()] = job;
    job_scheduler::v1::JobEvent event;
    event.set_revision(++revision_);
    *event.mutable_status() = job;
    events_.push_back(event);
    changed_.notify_all();
  }

  // The events up to now cannot be followed any more.
  void ForgetEvents() {
    std::lock_guard lock(mutex_);
    gone_before_ = revision_;
    events_.clear();
  }

  absl::StatusOr<job_scheduler::v1::GetProgressSnapshotResponse> GetProgressSnapshot(
      const std::string& job_id) override {
    std::lock_guard lock(mutex_);
    ++snapshots;
    job_scheduler::v1::GetProgressSnapshotResponse response;
    response.set_revision(revision_);
    for (const auto& [id, job] : jobs_) {
      const bool wanted =
          job_id.empty() ? job.state() < common::v1::JOB_STATE_CANCELLED : id == job_id;
      if (wanted) *response.add_jobs() = job;
    }
    if (!job_id.empty() && response.jobs().empty()) {
      return Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no such job");
    }
    return response;
  }

  absl::Status WatchJobEvents(int64_t after_revision, const job_scheduler::JobEventSink& sink,
                              const std::stop_token& stop) override {
    const std::stop_callback wake(stop, [this] { changed_.notify_all(); });
    std::unique_lock lock(mutex_);
    if (after_revision < gone_before_) {
      return Error(absl::StatusCode::kOutOfRange, "REVISION_GONE", "take a snapshot");
    }
    while (true) {
      job_scheduler::v1::WatchJobEventsResponse message;
      for (const auto& event : events_) {
        if (event.revision() > after_revision) *message.add_events() = event;
      }
      if (!message.events().empty()) after_revision = revision_;
      lock.unlock();
      absl::Status taken = sink(message);
      lock.lock();
      if (!taken.ok()) return taken;
      changed_.wait_for(lock, std::chrono::milliseconds(20),
                        [&] { return stop.stop_requested() || revision_ > after_revision; });
      if (stop.stop_requested()) return absl::CancelledError("stopped");
    }
  }

  int snapshots = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, common::v1::JobStatus> jobs_;
  std::vector<job_scheduler::v1::JobEvent> events_;
  int64_t revision_ = 0;
  int64_t gone_before_ = 0;
};

inline common::v1::JobStatus JobOf(const std::string& job_id, int64_t processed,
                                   common::v1::JobState state = common::v1::JOB_STATE_IN_PROGRESS) {
  common::v1::JobStatus job;
  job.set_job_id(job_id);
  job.set_workspace_id("acme");
  job.set_platform("gong");
  job.set_state(state);
  job.mutable_progress()->set_processed_calls(processed);
  job.mutable_progress()->set_completed_calls(processed);
  return job;
}

}  // namespace callimport::status_tracker
