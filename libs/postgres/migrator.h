// Brings a schema up to date when a service starts.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/postgres/pool.h"

namespace callimport::postgres {

struct Migration {
  // "0001_credentials"; they are applied in this order, once each.
  std::string name;
  std::string sql;
};

// Applies what is missing, each in its own transaction together with its row in
// `schema_migrations`, under an advisory lock, so that replicas may start side by side. A
// migration that was applied with another text is FAILED_PRECONDITION (MIGRATION_CHANGED).
absl::Status Migrate(Pool& pool, const std::vector<Migration>& migrations);

}  // namespace callimport::postgres
