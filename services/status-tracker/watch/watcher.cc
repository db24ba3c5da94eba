#include "services/status-tracker/watch/watcher.h"

#include <utility>

namespace callimport::status_tracker {

Watcher::Watcher(std::string workspace_id, std::string job_id, int64_t known_revision,
                 WatchSink& sink)
    : workspace_id_(std::move(workspace_id)),
      job_id_(std::move(job_id)),
      sink_(&sink),
      revision_(known_revision) {}

void Watcher::Deliver(const Update& update) {
  const ImportStatus& status = *update.status;
  if (status.job.workspace_id() != workspace_id_) return;
  const bool final = IsTerminal(status.job.state());
  std::lock_guard lock(mutex_);
  if (sink_ == nullptr) return;
  const bool begun = std::exchange(begun_, true);
  // A last state is sent even to a reader that knows it: the stream has to end with one.
  if (status.revision < revision_ || (status.revision == revision_ && !final)) return;
  revision_ = status.revision;
  if (final) {
    std::exchange(sink_, nullptr)->SendFinal(status);
  } else if (begun) {
    sink_->SendChange(update);
  } else {
    sink_->SendFirst(status);
  }
}

void Watcher::Heartbeat() {
  std::lock_guard lock(mutex_);
  // Before that it is not known whether the job exists.
  if (sink_ != nullptr && begun_) sink_->SendHeartbeat(revision_);
}

void Watcher::End(const absl::Status& status) {
  std::lock_guard lock(mutex_);
  if (sink_ != nullptr) std::exchange(sink_, nullptr)->SendEnd(status);
}

void Watcher::Leave() {
  std::lock_guard lock(mutex_);
  sink_ = nullptr;
}

}  // namespace callimport::status_tracker
