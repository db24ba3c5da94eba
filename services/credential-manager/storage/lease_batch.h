// Many leases in one transaction.
#pragma once

#include <pqxx/pqxx>
#include <vector>

#include "absl/status/statusor.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/storage/lease_combiner.h"

namespace callimport::credential_manager {

// A result for each request, in their order, each with its audit entry when it is OK. What may not
// be answered from here (a token to be refreshed first, say) gets an error before anything is
// audited, and takes its own way. Throws as the database does: then nothing was leased.
std::vector<absl::StatusOr<OpenedCredential>> LeaseBatch(pqxx::work& tx, const Sealer& sealer,
                                                         const std::vector<LeaseRequest>& requests);

}  // namespace callimport::credential_manager
