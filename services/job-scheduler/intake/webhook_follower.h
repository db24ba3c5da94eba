// Follows the gateway's feed of webhooks: a source of which a vendor announced something is synced
// at once. The announcement says that there is something new; the listing says what, so that one
// that was lost, doubled or late costs nothing but time.
#pragma once

#include <stop_token>

#include "libs/clients/adapter_gateway/webhook_inbox_client.h"
#include "services/job-scheduler/storage/announcement_store.h"
#include "services/job-scheduler/storage/sync_store.h"

namespace callimport::job_scheduler {

class WebhookFollower {
 public:
  WebhookFollower(adapter_gateway::WebhookInboxClient& inbox, AnnouncementStore& announcements,
                  SyncStore& syncs)
      : inbox_(inbox), announcements_(announcements), syncs_(syncs) {}

  // One session, for feed::FeedFollower: follows until something breaks. When announcements were
  // forgotten before they were read, every source is synced, as any of them may be meant.
  absl::Status Follow(const std::stop_token& stop);

  // Begins the syncs of what was announced. A source that is being synced already is synced again
  // afterwards, as its listing may have passed the new call. To be called several times a second.
  absl::Status Sync();

 private:
  absl::Status Take(const adapter_gateway::v1::WatchWebhooksResponse& message);
  absl::Status FollowFromNewest(int64_t lost, const std::stop_token& stop);

  adapter_gateway::WebhookInboxClient& inbox_;
  AnnouncementStore& announcements_;
  SyncStore& syncs_;
};

}  // namespace callimport::job_scheduler
