#include "services/credential-manager/storage/audit_store.h"

#include "libs/postgres/transact.h"
#include "services/credential-manager/storage/audit_table.h"

namespace callimport::credential_manager {

AuditStore::AuditStore(postgres::Pool& pool, audit::Anchors* anchors)
    : pool_(pool), anchors_(anchors) {}

absl::StatusOr<std::vector<audit::Record>> AuditStore::List(const audit::Filter& filter,
                                                            audit::Order order, int64_t after,
                                                            int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return CredentialAuditLog().List(tx, filter, order, after, limit);
  });
}

absl::StatusOr<audit::Verdict> AuditStore::Verify(const audit::Progress& progress) {
  return audit::Verify(pool_, CredentialAuditLog(), anchors_, progress);
}

}  // namespace callimport::credential_manager
