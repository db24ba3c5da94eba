// One stream's place in the hub: decides what its reader still has to see.
//
// It outlives the stream, which may vanish at any moment: after Leave the sink is not touched.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "services/status-tracker/domain/import_status.h"

namespace callimport::status_tracker {

// A status on its way to watchers. The message is written once, for all of them.
struct Update {
  std::shared_ptr<const ImportStatus> status;
  std::string message;
};

// Where a watcher's news go. Called under the watcher's lock, so implementations hand over and
// return.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  // What the reader has is older, or it has nothing.
  virtual void SendFirst(const ImportStatus& status) = 0;
  virtual void SendChange(const Update& update) = 0;
  // The job has ended; nothing follows.
  virtual void SendFinal(const ImportStatus& status) = 0;
  virtual void SendHeartbeat(int64_t revision) = 0;
  // Ended without a last state.
  virtual void SendEnd(const absl::Status& status) = 0;
};

class Watcher {
 public:
  // `known_revision`: what the reader has already; 0 for nothing.
  Watcher(std::string workspace_id, std::string job_id, int64_t known_revision, WatchSink& sink);

  // Sends what is newer than what the reader has. A status of another workspace is not for it.
  void Deliver(const Update& update);
  void Heartbeat();
  void End(const absl::Status& status);

  // When this returns, no call of the sink is under way, and none follows.
  void Leave();

  const std::string& workspace_id() const { return workspace_id_; }
  const std::string& job_id() const { return job_id_; }

 private:
  const std::string workspace_id_;
  const std::string job_id_;
  std::mutex mutex_;
  WatchSink* sink_;  // null once ended or left
  int64_t revision_;
  // Some status was seen, so the reader is up to date from here on.
  bool begun_ = false;
};

}  // namespace callimport::status_tracker
