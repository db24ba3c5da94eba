// The SQL of feed_cursors. Every function joins the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>

namespace callimport::status_tracker {

std::optional<int64_t> FindCursor(pqxx::transaction_base& tx, const std::string& feed);

// Replicas read the same feed, each at its own pace: the cursor never goes back.
void AdvanceCursor(pqxx::transaction_base& tx, const std::string& feed, int64_t revision);

}  // namespace callimport::status_tracker
