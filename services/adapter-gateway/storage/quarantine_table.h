// The SQL of quarantine. Every function joins the caller's transaction.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "services/adapter-gateway/domain/unreadable_record.h"

namespace callimport::adapter_gateway {

// Stores records of one source; one that is there already was seen again. An account that has
// `most` gets no more. Returns the ids by the digests of those that are kept.
std::map<std::string, std::string> InsertUnreadable(pqxx::work& tx, const RecordSource& source,
                                                    const std::vector<UnreadableRecord>& records,
                                                    int64_t most);

struct QuarantineList {
  std::string workspace_id = {};
  // Empty: of all accounts.
  std::string credential_id = {};
  // Empty: from the newest.
  std::string before_record_id = {};
  int limit = 0;
};
// Newest first, without the records themselves.
std::vector<UnreadableRecord> ListUnreadable(pqxx::work& tx, const QuarantineList& list);

// Oldest first, behind `after`; those that are kept whole.
std::vector<UnreadableRecord> ReadUnreadable(pqxx::work& tx, const RecordSource& source,
                                             const std::string& after, int limit);

std::optional<UnreadableRecord> FindUnreadable(pqxx::work& tx, const std::string& workspace_id,
                                               const std::string& record_id);

// Return how many.
int64_t DeleteUnreadable(pqxx::work& tx, const std::string& workspace_id,
                         const std::vector<std::string>& record_ids);
int64_t DeleteUnreadableOf(pqxx::work& tx, const RecordSource& source);
int64_t ForgetUnreadable(pqxx::work& tx, std::chrono::hours age);

// Those that have records here.
std::vector<RecordSource> ListSources(pqxx::work& tx);

}  // namespace callimport::adapter_gateway
