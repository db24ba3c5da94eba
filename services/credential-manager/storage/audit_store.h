// What auditors read.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "libs/audit/audit_log.h"
#include "libs/audit/verifier.h"
#include "libs/postgres/pool.h"

namespace callimport::credential_manager {

class AuditStore {
 public:
  // `anchors` may be null.
  AuditStore(postgres::Pool& pool, audit::Anchors* anchors);

  // What comes after the record with sequence `after` in this order; after 0, from the beginning.
  absl::StatusOr<std::vector<audit::Record>> List(const audit::Filter& filter, audit::Order order,
                                                  int64_t after, int limit);

  // Page by page, so that no long transaction holds up the cleaning of other tables.
  absl::StatusOr<audit::Verdict> Verify(const audit::Progress& progress);

 private:
  postgres::Pool& pool_;
  audit::Anchors* const anchors_;
};

}  // namespace callimport::credential_manager
