#include "services/job-scheduler/intake/webhook_follower.h"

#include <optional>
#include <set>
#include <utility>

#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

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
  const absl::Status ended =
      inbox_.Watch(from, [this](const auto& message) { return Take(message); }, stop);
  return absl::IsOutOfRange(ended) ? FollowFromNewest(from, stop) : ended;
}

absl::Status WebhookFollower::FollowFromNewest(int64_t lost, const std::stop_token& stop) {
  log::Warning("announcements are gone before they were read, so every source is synced",
               {{"cursor", lost}});
  bool begun = false;
  return inbox_.Watch(
      std::nullopt,
      [&](const auto& message) {
        if (std::exchange(begun, true)) return Take(message);
        return announcements_.StartAnew(lost, message.revision());
      },
      stop);
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
  absl::Status trouble;
  for (const Announcement& announcement : announced) {
    const auto started = syncs_.StartAnnounced(announcement.source);
    const bool done = started.ok() ? !started->joined : IsInVain(started.status());
    if (done) {
      trouble.Update(announcements_.Forget(announcement));
    } else {
      trouble.Update(started.status());
    }
  }
  return trouble;
}

}  // namespace callimport::job_scheduler
