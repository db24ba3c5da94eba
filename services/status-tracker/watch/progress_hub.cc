#include "services/status-tracker/watch/progress_hub.h"

#include <condition_variable>
#include <thread>
#include <utility>

#include "libs/common/errors.h"

namespace callimport::status_tracker {
namespace {

absl::Status ShuttingDown() {
  return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
               "this server stops; watch again with the last resume token");
}

}  // namespace

// A shard and the thread that tells its watchers.
class ProgressHub::Worker {
 public:
  explicit Worker(const Render& render) : shard(render), thread_([this] { Run(); }) {}

  ~Worker() {
    Wake(stopping_);
    thread_.join();
  }

  void Wake() { Wake(woken_); }

  HubShard shard;

 private:
  void Wake(bool& why) {
    {
      std::lock_guard lock(mutex_);
      why = true;
    }
    wake_.notify_one();
  }

  void Run() {
    while (true) {
      const HubShard::Time next = shard.RunDue(std::chrono::steady_clock::now());
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, next, [this] { return woken_ || stopping_; });
      if (stopping_) return;
      woken_ = false;
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

ProgressHub::Subscription::Subscription(ProgressHub& hub, size_t shard,
                                        std::shared_ptr<Watcher> watcher)
    : hub_(hub), shard_(shard), watcher_(std::move(watcher)) {}

ProgressHub::Subscription::~Subscription() {
  watcher_->Leave();
  hub_.workers_[shard_]->shard.Leave(*watcher_);
  hub_.watchers_.Add(-1);
}

ProgressHub::ProgressHub(Render render, int threads)
    : render_(std::move(render)),
      watchers_("progress_watchers", "Streams of progress that are open") {
  for (int i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>(render_));
}

ProgressHub::~ProgressHub() = default;

std::unique_ptr<ProgressHub::Subscription> ProgressHub::Subscribe(std::string workspace_id,
                                                                  std::string job_id,
                                                                  int64_t known_revision,
                                                                  WatchSink& sink) {
  const size_t shard = next_shard_++ % workers_.size();
  auto watcher =
      std::make_shared<Watcher>(std::move(workspace_id), std::move(job_id), known_revision, sink);
  std::unique_ptr<Subscription> subscription(new Subscription(*this, shard, watcher));
  watchers_.Add(1);
  subscription->served_ = workers_[shard]->shard.Join(watcher, std::chrono::steady_clock::now());
  // Only now: Shutdown either sees the watcher, or is seen here.
  if (closed_) watcher->End(ShuttingDown());
  return subscription;
}

void ProgressHub::Publish(ImportStatus status) {
  const auto shared = std::make_shared<const ImportStatus>(std::move(status));
  for (const auto& worker : workers_) {
    if (worker->shard.Publish(shared)) worker->Wake();
  }
}

void ProgressHub::Answer(Watcher& watcher, ImportStatus status) {
  const Update update{std::make_shared<const ImportStatus>(status), render_(status)};
  Publish(std::move(status));
  watcher.Deliver(update);
}

void ProgressHub::Shutdown() {
  closed_ = true;
  for (const auto& worker : workers_) {
    for (const auto& watcher : worker->shard.Watchers()) watcher->End(ShuttingDown());
  }
}

}  // namespace callimport::status_tracker
