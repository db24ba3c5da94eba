// The SQL of feed_cursors. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

namespace callimport::job_scheduler {

// Nothing while the feed was never read.
std::optional<int64_t> FindFeedCursor(pqxx::work& tx, const std::string& feed);
// The same, and no other replica moves it until the end of the transaction.
std::optional<int64_t> LockFeedCursor(pqxx::work& tx, const std::string& feed);
void SaveFeedCursor(pqxx::work& tx, const std::string& feed, int64_t revision);

}  // namespace callimport::job_scheduler
