// Tells everybody who watches a job its newest status, within a few milliseconds.
//
// Watchers are dealt out to shards, one thread each, so that even the watchers of a single job are
// told by all of them. Nobody holds a lock while telling, a change is rendered once for a shard
// and not for each watcher, and heartbeats need no timer of their own.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "libs/telemetry/metrics.h"
#include "services/status-tracker/watch/hub_shard.h"

namespace callimport::status_tracker {

class ProgressHub {
 public:
  // While it lives, the sink is called.
  class Subscription {
   public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    // For those who look the job up for it.
    const std::shared_ptr<Watcher>& watcher() const { return watcher_; }
    // It got a status already: nothing needs to be looked up.
    bool served() const { return served_; }

   private:
    friend class ProgressHub;
    Subscription(ProgressHub& hub, size_t shard, std::shared_ptr<Watcher> watcher);
    ProgressHub& hub_;
    const size_t shard_;
    const std::shared_ptr<Watcher> watcher_;
    bool served_ = false;
  };

  explicit ProgressHub(Render render, int threads = 2);
  ~ProgressHub();

  // The sink must outlive the subscription.
  std::unique_ptr<Subscription> Subscribe(std::string workspace_id, std::string job_id,
                                          int64_t known_revision, WatchSink& sink);

  // Costs nearly nothing for a job that nobody watches.
  void Publish(ImportStatus status);

  // What was looked up for this watcher. Others of the job profit as well.
  void Answer(Watcher& watcher, ImportStatus status);

  // Ends everybody with UNAVAILABLE (SHUTTING_DOWN), those too that come later.
  void Shutdown();

 private:
  class Worker;

  const Render render_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<size_t> next_shard_{0};
  std::atomic<bool> closed_{false};
  metrics::Gauge watchers_;
};

}  // namespace callimport::status_tracker
