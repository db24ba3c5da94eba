#include "services/status-tracker/storage/feed_cursors_table.h"

namespace callimport::status_tracker {
namespace {

constexpr char kFindCursor[] = R"sql(
  SELECT revision FROM feed_cursors WHERE feed = $1)sql";

constexpr char kAdvanceCursor[] = R"sql(
  INSERT INTO feed_cursors (feed, revision) VALUES ($1, $2)
  ON CONFLICT (feed) DO UPDATE SET revision = excluded.revision, updated_at = now()
  WHERE feed_cursors.revision < excluded.revision)sql";

}  // namespace

std::optional<int64_t> FindCursor(pqxx::transaction_base& tx, const std::string& feed) {
  const pqxx::result found = tx.exec_params(kFindCursor, feed);
  if (found.empty()) return std::nullopt;
  return found[0]["revision"].as<int64_t>();
}

void AdvanceCursor(pqxx::transaction_base& tx, const std::string& feed, int64_t revision) {
  tx.exec_params(kAdvanceCursor, feed, revision);
}

}  // namespace callimport::status_tracker
