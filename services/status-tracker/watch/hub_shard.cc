#include "services/status-tracker/watch/hub_shard.h"

#include <algorithm>
#include <utility>

namespace callimport::status_tracker {
namespace {

// How exactly heartbeats keep their time.
constexpr std::chrono::milliseconds kHeartbeatCheck{500};

// When a topic may be told again; a last state may at once.
bool MayTell(const ImportStatus& latest, HubShard::Time told, HubShard::Time now) {
  return IsTerminal(latest.job.state()) || now >= told + HubShard::kPace;
}

}  // namespace

bool HubShard::Join(const std::shared_ptr<Watcher>& watcher, Time now) {
  std::shared_ptr<const ImportStatus> latest;
  {
    std::lock_guard lock(mutex_);
    const auto [found, added] = topics_.try_emplace(watcher->job_id());
    Topic& topic = found->second;
    // In a new topic, the first change is told at once, and the first heartbeat in its time.
    if (added) topic.told = now - kPace;
    topic.watchers.push_back(watcher);
    latest = topic.latest;
  }
  if (!latest || latest->job.workspace_id() != watcher->workspace_id()) return false;
  // Others are only just leaving; a retry may have woken the job since.
  if (IsTerminal(latest->job.state())) return false;
  watcher->Deliver({latest, render_(*latest)});
  return true;
}

void HubShard::Leave(const Watcher& watcher) {
  std::lock_guard lock(mutex_);
  const auto topic = topics_.find(watcher.job_id());
  if (topic == topics_.end()) return;
  WatcherList& watchers = topic->second.watchers;
  const auto left = std::find_if(watchers.begin(), watchers.end(),
                                 [&](const auto& other) { return other.get() == &watcher; });
  if (left == watchers.end()) return;
  std::swap(*left, watchers.back());
  watchers.pop_back();
  if (watchers.empty()) topics_.erase(topic);
}

bool HubShard::Publish(const std::shared_ptr<const ImportStatus>& status) {
  std::lock_guard lock(mutex_);
  const auto found = topics_.find(status->job.job_id());
  if (found == topics_.end()) return false;
  Topic& topic = found->second;
  if (topic.latest && topic.latest->revision >= status->revision) return false;
  topic.latest = status;
  if (!std::exchange(topic.waiting, true)) waiting_.push_back(found->first);
  return true;
}

HubShard::Time HubShard::RunDue(Time now) {
  std::vector<Delivery> deliveries;
  Time next;
  {
    std::lock_guard lock(mutex_);
    TakeChanges(now, deliveries);
    TakeHeartbeats(now, deliveries);
    next = NextDue();
  }
  for (const Delivery& delivery : deliveries) Deliver(delivery);
  return next;
}

void HubShard::TakeChanges(Time now, std::vector<Delivery>& deliveries) {
  std::vector<std::string> later;
  for (std::string& job_id : waiting_) {
    const auto found = topics_.find(job_id);
    if (found == topics_.end() || !found->second.waiting) continue;  // everybody left meanwhile
    Topic& topic = found->second;
    if (!MayTell(*topic.latest, topic.told, now)) {
      later.push_back(std::move(job_id));
      continue;
    }
    topic.waiting = false;
    topic.told = now;
    deliveries.push_back({topic.watchers, topic.latest});
  }
  waiting_ = std::move(later);
}

void HubShard::TakeHeartbeats(Time now, std::vector<Delivery>& deliveries) {
  if (now < next_heartbeats_) return;
  next_heartbeats_ = now + kHeartbeatCheck;
  for (auto& [job_id, topic] : topics_) {
    if (now < topic.told + kHeartbeat) continue;
    topic.told = now;
    deliveries.push_back({topic.watchers, nullptr});
  }
}

void HubShard::Deliver(const Delivery& delivery) const {
  if (!delivery.status) {
    for (const auto& watcher : delivery.watchers) watcher->Heartbeat();
    return;
  }
  const Update update{delivery.status, render_(*delivery.status)};
  for (const auto& watcher : delivery.watchers) watcher->Deliver(update);
}

HubShard::Time HubShard::NextDue() const {
  Time next = next_heartbeats_;
  for (const std::string& job_id : waiting_) {
    next = std::min(next, topics_.at(job_id).told + kPace);
  }
  return next;
}

std::vector<std::shared_ptr<Watcher>> HubShard::Watchers() {
  std::lock_guard lock(mutex_);
  WatcherList all;
  for (const auto& [job_id, topic] : topics_) {
    all.insert(all.end(), topic.watchers.begin(), topic.watchers.end());
  }
  return all;
}

}  // namespace callimport::status_tracker
