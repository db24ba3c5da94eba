// Storing a credential, in the caller's transaction.
#pragma once

#include <pqxx/pqxx>

#include "absl/status/statusor.h"
#include "services/credential-manager/domain/credential.h"
#include "services/credential-manager/sealing/sealer.h"

namespace callimport::credential_manager {

// ALREADY_EXISTS with reason REQUEST_ID_REUSED or CREDENTIAL_EXISTS. A repeated request gets the
// first answer. Tokens of a credential that is replaced are forgotten.
absl::StatusOr<Credential> StoreCredential(pqxx::work& tx, const Sealer& sealer,
                                           const NewCredential& credential,
                                           const AuditContext& context);

}  // namespace callimport::credential_manager
