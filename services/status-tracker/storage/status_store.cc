#include "services/status-tracker/storage/status_store.h"

#include "libs/postgres/transact.h"
#include "services/status-tracker/storage/feed_cursors_table.h"
#include "services/status-tracker/storage/import_status_table.h"

namespace callimport::status_tracker {
namespace {

constexpr char kFeed[] = "job_events";

}  // namespace

absl::StatusOr<std::optional<int64_t>> StatusStore::Cursor() {
  return postgres::Transact(pool_, [](pqxx::work& tx) { return FindCursor(tx, kFeed); });
}

absl::Status StatusStore::Save(const std::vector<ImportStatus>& statuses, int64_t cursor) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    UpsertStatuses(tx, statuses);
    AdvanceCursor(tx, kFeed, cursor);
  });
}

absl::Status StatusStore::Remember(const ImportStatus& status) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { UpsertStatuses(tx, {status}); });
}

absl::StatusOr<std::optional<ImportStatus>> StatusStore::Find(const std::string& workspace_id,
                                                              const std::string& job_id) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { return FindStatus(tx, workspace_id, job_id); });
}

absl::StatusOr<std::vector<std::string>> StatusStore::ActiveJobsBefore(int64_t revision) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return status_tracker::ActiveJobsBefore(tx, revision); });
}

absl::Status StatusStore::Forget(const std::vector<std::string>& job_ids) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { DeleteStatuses(tx, job_ids); });
}

absl::Status StatusStore::ForgetEnded(std::chrono::seconds age) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { DeleteEndedStatuses(tx, age); });
}

}  // namespace callimport::status_tracker
