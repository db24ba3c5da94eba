#include "services/job-scheduler/storage/announcements_table.h"

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kSave[] = R"sql(
  INSERT INTO announcements (workspace_id, credential_id, announced_at) VALUES ($1, $2, $3)
  ON CONFLICT (workspace_id, credential_id) DO UPDATE SET announced_at = excluded.announced_at)sql";

constexpr char kSaveAll[] = R"sql(
  INSERT INTO announcements (workspace_id, credential_id, announced_at)
  SELECT workspace_id, credential_id, $1 FROM import_sync_configs
  WHERE health = 'OK' AND enabled AND synced_until IS NOT NULL
  ON CONFLICT (workspace_id, credential_id) DO UPDATE SET announced_at = excluded.announced_at)sql";

constexpr char kList[] = R"sql(
  SELECT workspace_id, credential_id, announced_at FROM announcements
  WHERE NOT EXISTS (
    SELECT FROM import_sync_configs AS source
    WHERE source.workspace_id = announcements.workspace_id
      AND source.credential_id = announcements.credential_id AND running_job_id IS NOT NULL)
  ORDER BY announced_at LIMIT $1)sql";

constexpr char kForget[] = R"sql(
  DELETE FROM announcements
  WHERE workspace_id = $1 AND credential_id = $2 AND announced_at <= $3)sql";

}  // namespace

void SaveAnnouncement(pqxx::work& tx, const Announcement& announcement) {
  tx.exec_params(kSave, announcement.source.workspace_id, announcement.source.credential_id,
                 postgres::ToSql(announcement.at));
}

void SaveAnnouncementsOfAll(pqxx::work& tx, Timestamp at) {
  tx.exec_params(kSaveAll, postgres::ToSql(at));
}

std::vector<Announcement> ListAnnouncements(pqxx::work& tx, int limit) {
  std::vector<Announcement> announcements;
  for (const pqxx::row& row : tx.exec_params(kList, limit)) {
    announcements.push_back({.source = {.workspace_id = row["workspace_id"].as<std::string>(),
                                        .credential_id = row["credential_id"].as<std::string>()},
                             .at = postgres::TimeFromSql(row["announced_at"])});
  }
  return announcements;
}

void ForgetAnnouncement(pqxx::work& tx, const Announcement& announcement) {
  tx.exec_params(kForget, announcement.source.workspace_id, announcement.source.credential_id,
                 postgres::ToSql(announcement.at));
}

}  // namespace callimport::job_scheduler
