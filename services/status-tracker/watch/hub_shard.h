// A share of the watchers: knows who watches which job, and what they still have to be told.
// Passive: the hub's threads drive it, and tests turn its time by hand.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/status-tracker/watch/watcher.h"

namespace callimport::status_tracker {

// Writes the message of a change.
using Render = std::function<std::string(const ImportStatus&)>;

class HubShard {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // A job's watchers are told at most five times a second. What comes sooner waits, and only the
  // newest of it is told; a last state never waits.
  static constexpr std::chrono::milliseconds kPace{200};
  static constexpr std::chrono::milliseconds kHeartbeat{5'000};

  explicit HubShard(const Render& render) : render_(render) {}

  // True when the watcher got a status at once, as others watch the job already.
  bool Join(const std::shared_ptr<Watcher>& watcher, Time now);
  void Leave(const Watcher& watcher);

  // True when RunDue has something new to do.
  bool Publish(const std::shared_ptr<const ImportStatus>& status);

  // Tells what is due. Returns when to come again.
  Time RunDue(Time now);

  std::vector<std::shared_ptr<Watcher>> Watchers();

 private:
  using WatcherList = std::vector<std::shared_ptr<Watcher>>;

  struct Topic {
    WatcherList watchers;
    std::shared_ptr<const ImportStatus> latest;
    bool waiting = false;  // latest was not told yet
    Time told;             // the last time anything was
  };
  // Taken out under the lock, and delivered without it.
  struct Delivery {
    WatcherList watchers;
    std::shared_ptr<const ImportStatus> status;  // null: a heartbeat
  };

  void TakeChanges(Time now, std::vector<Delivery>& deliveries);
  void TakeHeartbeats(Time now, std::vector<Delivery>& deliveries);
  void Deliver(const Delivery& delivery) const;
  Time NextDue() const;

  const Render& render_;
  std::mutex mutex_;
  std::unordered_map<std::string, Topic> topics_;
  std::vector<std::string> waiting_;  // jobs whose topic is waiting
  Time next_heartbeats_{};
};

}  // namespace callimport::status_tracker
