#include "services/job-scheduler/intake/webhook_follower.h"

#include <set>

#include "libs/common/status_macros.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kSyncsAtOnce = 100;

// Nothing of the source can be imported now. When it can again, what it missed is caught up anyway.
bool IsInVain(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsFailedPrecondition(status);
}

}  // namespace

absl::Status WebhookFollower::Follow(const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const int64_t from, announcements_.FeedCursor());
  return inbox_.Watch(from, [this](const auto& message) { return Take(message); }, stop);
}

absl::Status WebhookFollower::Take(const adapter_gateway::v1::WatchWebhooksResponse& message) {
  if (message.events().empty()) return absl::OkStatus();
  std::set<SourceKey> sources;
  for (const auto& event : message.events()) {
    sources.insert({event.workspace_id(), event.credential_id()});
  }
  return announcements_.Take(sources, message.events().rbegin()->revision());
}

absl::Status WebhookFollower::Sync() {
  ASSIGN_OR_RETURN(const std::vector<Announcement> announced, announcements_.List(kSyncsAtOnce));
  for (const Announcement& announcement : announced) {
    const auto started = syncs_.StartAnnounced(announcement.source);
    if (!started.ok() && !IsInVain(started.status())) return started.status();
    if (started.ok() && started->joined) continue;
    RETURN_IF_ERROR(announcements_.Forget(announcement));
  }
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler
