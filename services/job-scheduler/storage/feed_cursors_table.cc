#include "services/job-scheduler/storage/feed_cursors_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kFind[] = "SELECT revision FROM feed_cursors WHERE feed = $1";

// Also where there is no row to be locked yet.
constexpr char kLock[] =
    "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.feed.' || $1, 0))";

constexpr char kSave[] = R"sql(
  INSERT INTO feed_cursors (feed, revision) VALUES ($1, $2)
  ON CONFLICT (feed) DO UPDATE SET revision = excluded.revision)sql";

}  // namespace

std::optional<int64_t> FindFeedCursor(pqxx::work& tx, const std::string& feed) {
  const pqxx::result found = tx.exec_params(kFind, feed);
  if (found.empty()) return std::nullopt;
  return found[0][0].as<int64_t>();
}

std::optional<int64_t> LockFeedCursor(pqxx::work& tx, const std::string& feed) {
  tx.exec_params(kLock, feed);
  return FindFeedCursor(tx, feed);
}

void SaveFeedCursor(pqxx::work& tx, const std::string& feed, int64_t revision) {
  tx.exec_params(kSave, feed, revision);
}

}  // namespace callimport::job_scheduler
