// What the vault knows of its keys. Every method is one transaction.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/credential-manager/domain/credential.h"
#include "services/credential-manager/storage/encryption_keys_table.h"

namespace callimport::credential_manager {

class KeyStore {
 public:
  explicit KeyStore(postgres::Pool& pool) : pool_(pool) {}

  // Remembers that these keys exist.
  absl::Status Note(const std::vector<std::string>& key_ids);
  absl::StatusOr<std::set<std::string>> Destroyed();
  absl::StatusOr<std::map<std::string, int64_t>> AddWraps(
      const std::map<std::string, int64_t>& wraps);

  // How many sealed rows name each key.
  absl::StatusOr<std::map<std::string, int64_t>> CountRows();

  struct KeyFacts {
    KnownKey known;
    int64_t rows = 0;
  };
  absl::StatusOr<std::vector<KeyFacts>> List();

  // NOT_FOUND (KEY_UNKNOWN), FAILED_PRECONDITION (KEY_IN_USE). Returns when it was destroyed.
  absl::StatusOr<Timestamp> Destroy(const std::string& key_id, const AuditContext& context);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::credential_manager
