// A reader that writes down what it is told.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "libs/common/errors.h"
#include "services/status-tracker/watch/watcher.h"

namespace callimport::status_tracker {

class ScriptedSink : public WatchSink {
 public:
  void SendFirst(const ImportStatus& status) override { Add("first", status.revision); }
  void SendChange(const Update& update) override { Add("change", update.status->revision); }
  void SendFinal(const ImportStatus& status) override { Add("final", status.revision); }
  void SendHeartbeat(int64_t revision) override { Add("heartbeat", revision); }
  void SendEnd(const absl::Status& status) override { Add("end " + ReasonOf(status), 0); }

  // "first 3", "change 4", "final 9" ...
  std::vector<std::string> told() {
    std::lock_guard lock(mutex_);
    return told_;
  }

  // Waits until something was told that starts so.
  bool WaitFor(const std::string& start) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] {
      for (const std::string& line : told_) {
        if (line.starts_with(start)) return true;
      }
      return false;
    });
  }

 private:
  void Add(const std::string& kind, int64_t revision) {
    std::lock_guard lock(mutex_);
    told_.push_back(revision > 0 ? kind + " " + std::to_string(revision) : kind);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> told_;
};

inline ImportStatus StatusAt(int64_t revision, const std::string& job_id = "job",
                             common::v1::JobState state = common::v1::JOB_STATE_IN_PROGRESS) {
  ImportStatus status;
  status.job.set_job_id(job_id);
  status.job.set_workspace_id("acme");
  status.job.set_state(state);
  status.job.mutable_progress()->set_processed_calls(revision);
  status.revision = revision;
  return status;
}

inline ImportStatus FinalAt(int64_t revision, const std::string& job_id = "job") {
  return StatusAt(revision, job_id, common::v1::JOB_STATE_COMPLETED);
}

}  // namespace callimport::status_tracker
