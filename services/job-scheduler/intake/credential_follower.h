// Follows the vault's feed: whatever is connected becomes a source within a second, and what is
// deleted is synced no more.
//
// The cursor is saved with what was read. Every replica follows by itself; whoever saves first is
// the one that counts.
#pragma once

#include <functional>
#include <stop_token>

#include "libs/clients/credential_manager/credential_feed_client.h"
#include "services/job-scheduler/storage/source_store.h"

namespace callimport::job_scheduler {

class CredentialFollower {
 public:
  // `sources_due` hears that sources may have become due.
  CredentialFollower(credential_manager::CredentialFeedClient& vault, SourceStore& sources,
                     std::function<void()> sources_due);

  // One session, for feed::FeedFollower: follows until something breaks.
  absl::Status Follow(const std::stop_token& stop);

 private:
  absl::StatusOr<int64_t> StartingPoint();
  absl::StatusOr<int64_t> TakeSnapshot();
  absl::Status Take(const credential_manager::v1::WatchCredentialsResponse& message);

  credential_manager::CredentialFeedClient& vault_;
  SourceStore& sources_;
  const std::function<void()> sources_due_;
};

}  // namespace callimport::job_scheduler
