// The SQL of announcements. Every function joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <vector>

#include "services/job-scheduler/domain/source.h"

namespace callimport::job_scheduler {

struct Announcement {
  SourceKey source;
  Timestamp at;
};

void SaveAnnouncement(pqxx::work& tx, const Announcement& announcement);

// Of every source that is well and was synced before.
void SaveAnnouncementsOfAll(pqxx::work& tx, Timestamp at);

// Without those that are being synced, the longest waiting first.
std::vector<Announcement> ListAnnouncements(pqxx::work& tx, int limit);

// Leaves one that is newer than this.
void ForgetAnnouncement(pqxx::work& tx, const Announcement& announcement);

}  // namespace callimport::job_scheduler
