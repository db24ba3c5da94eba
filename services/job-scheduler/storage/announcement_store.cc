#include "services/job-scheduler/storage/announcement_store.h"

#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/feed_cursors_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kFeed[] = "webhooks";

}  // namespace

absl::StatusOr<int64_t> AnnouncementStore::FeedCursor() {
  return postgres::Transact(pool_,
                            [](pqxx::work& tx) { return FindFeedCursor(tx, kFeed).value_or(0); });
}

absl::Status AnnouncementStore::Take(const std::set<SourceKey>& sources, int64_t read_to) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    if (LockFeedCursor(tx, kFeed).value_or(0) >= read_to) return;
    for (const SourceKey& source : sources) SaveAnnouncement(tx, {source, clock_.Now()});
    SaveFeedCursor(tx, kFeed, read_to);
  });
}

absl::Status AnnouncementStore::StartAnew(int64_t lost, int64_t newest) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    if (LockFeedCursor(tx, kFeed).value_or(0) != lost) return;
    SaveAnnouncementsOfAll(tx, clock_.Now());
    SaveFeedCursor(tx, kFeed, newest);
  });
}

absl::StatusOr<std::vector<Announcement>> AnnouncementStore::List(int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return ListAnnouncements(tx, limit); });
}

absl::Status AnnouncementStore::Forget(const Announcement& announcement) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { ForgetAnnouncement(tx, announcement); });
}

}  // namespace callimport::job_scheduler
