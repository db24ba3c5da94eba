#include "libs/audit/entry.h"

#include <chrono>

#include "libs/crypto/digest.h"
#include "libs/crypto/length_prefixed.h"

namespace callimport::audit {

std::string HashOf(const Record& record) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(record.written_at.time_since_epoch());
  const Entry& entry = record.entry;
  return crypto::Sha256(crypto::JoinPrefixed(
      {"callimport-audit-1", record.previous_hash, std::to_string(record.sequence),
       std::to_string(micros.count()), entry.workspace_id, entry.object_id, entry.action,
       entry.actor, entry.correlation_id, entry.detail, entry.before_digest, entry.after_digest}));
}

}  // namespace callimport::audit
