#include "tests/bench/watcher.h"

namespace callimport::bench {
namespace {

constexpr std::chrono::minutes kLongestWatch(30);
constexpr std::chrono::seconds kEndPatience(30);

}  // namespace

void WatchLog::Saw(int64_t previous, int64_t completed, Time now) {
  std::lock_guard lock(mutex_);
  if (previous < 0) ++ready_;
  if (previous >= 0 && previous < expected_ && completed >= expected_) {
    ++seen_;
    latencies_.Add(now - expected_since_);
  }
  changed_.notify_all();
}

void WatchLog::Ended() {
  std::lock_guard lock(mutex_);
  ++ended_;
  changed_.notify_all();
}

void WatchLog::Expect(int64_t completed) {
  std::lock_guard lock(mutex_);
  expected_ = completed;
  seen_ = 0;
  expected_since_ = std::chrono::steady_clock::now();
}

bool WatchLog::Await(const int64_t& count, int64_t wanted, std::chrono::seconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return count >= wanted; });
}

bool WatchLog::AwaitReady(int64_t watchers, std::chrono::seconds patience) {
  return Await(ready_, watchers, patience);
}

bool WatchLog::AwaitSeen(int64_t watchers, std::chrono::seconds patience) {
  return Await(seen_, watchers, patience);
}

bool WatchLog::AwaitEnded(int64_t watchers, std::chrono::seconds patience) {
  return Await(ended_, watchers, patience);
}

int64_t WatchLog::seen() const {
  std::lock_guard lock(mutex_);
  return seen_;
}

Latencies WatchLog::latencies() const {
  std::lock_guard lock(mutex_);
  return latencies_;
}

Watcher::Watcher(const std::shared_ptr<grpc::Channel>& channel, const std::string& workspace_id,
                 const std::string& job_id, WatchLog& log)
    : log_(log), stub_(callimport::status_tracker::v1::Progress::NewStub(channel)) {
  request_.set_workspace_id(workspace_id);
  request_.set_job_id(job_id);
  context_.set_deadline(std::chrono::system_clock::now() + kLongestWatch);
  stub_->async()->WatchImport(&context_, &request_, this);
  StartRead(&response_);
  StartCall();
}

void Watcher::OnReadDone(bool ok) {
  if (!ok) return;
  if (response_.has_status()) {
    const int64_t completed = response_.status().job().progress().completed_calls();
    log_.Saw(completed_, completed, std::chrono::steady_clock::now());
    completed_ = completed;
  }
  StartRead(&response_);
}

void Watcher::OnDone(const grpc::Status&) { log_.Ended(); }

Watchers::Watchers(const std::vector<std::shared_ptr<grpc::Channel>>& channels, int64_t count,
                   const std::string& workspace_id, const std::string& job_id, WatchLog& log)
    : log_(log) {
  watchers_.reserve(static_cast<size_t>(count));
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    watchers_.push_back(
        std::make_unique<Watcher>(channels[i % channels.size()], workspace_id, job_id, log));
  }
}

Watchers::~Watchers() {
  for (const auto& watcher : watchers_) watcher->Cancel();
  // Until then gRPC may still enter them; leaving them behind is better than taking them away.
  if (log_.AwaitEnded(static_cast<int64_t>(watchers_.size()), kEndPatience)) return;
  for (auto& watcher : watchers_) static_cast<void>(watcher.release());
}

}  // namespace callimport::bench
