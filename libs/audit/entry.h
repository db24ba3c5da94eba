// What an audit log holds of one act, and the hash that ties it to the act before.
#pragma once

#include <cstdint>
#include <string>

#include "libs/common/clock.h"

namespace callimport::audit {

struct Entry {
  std::string workspace_id;
  // What was touched: the id of a credential, a key, a job.
  std::string object_id;
  // "lease", "store": one of few words.
  std::string action;
  // "service/adapter-gateway", "SUPPORT/dana".
  std::string actor;
  std::string correlation_id;
  // For people; without secrets.
  std::string detail;
  // SHA-256 of what was changed, before and after; empty where there was nothing or nothing
  // changed.
  std::string before_digest = {};
  std::string after_digest = {};
};

struct Record {
  // 1, 2, 3 … without a gap.
  int64_t sequence = 0;
  // To the microsecond, as the table keeps it.
  Timestamp written_at;
  Entry entry;
  // Of the record before; of the first one, 32 zero bytes.
  std::string previous_hash;
  std::string hash;
};

// The newest record, or what stands in for it in an empty log.
struct Head {
  int64_t sequence = 0;
  std::string hash = std::string(32, '\0');
};

// SHA-256 over all of a record but its own hash, each field behind its length. Migrations that
// chain older rows compute the same in SQL.
std::string HashOf(const Record& record);

}  // namespace callimport::audit
