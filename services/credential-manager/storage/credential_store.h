// Everything the vault remembers. A method is one transaction, its audit entry included.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/crypto/envelope.h"
#include "libs/postgres/migrator.h"
#include "libs/postgres/pool.h"
#include "services/credential-manager/domain/credential.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/storage/lease_combiner.h"

namespace callimport::credential_manager {

const std::vector<postgres::Migration>& Migrations();

// The tokens of an OAuth credential that was deleted, sealed as they were; no table has them now.
struct DeletedTokens {
  Credential credential;
  crypto::Envelope tokens;
};

class CredentialStore {
 public:
  static constexpr std::chrono::milliseconds kLeasePatience = std::chrono::seconds(5);

  CredentialStore(postgres::Pool& pool, const Sealer& sealer);

  // ALREADY_EXISTS with reason REQUEST_ID_REUSED or CREDENTIAL_EXISTS.
  absl::StatusOr<Credential> Store(const NewCredential& credential, const AuditContext& context);

  // NOT_FOUND (CREDENTIAL_NOT_FOUND) for everything that is not a live credential of the workspace.
  // Shares its transaction with what is leased at the same time; gives up after `patience`.
  absl::StatusOr<OpenedCredential> Lease(const std::string& workspace_id,
                                         const std::string& credential_id,
                                         const AuditContext& context,
                                         std::chrono::milliseconds patience = kLeasePatience);

  // The same, without keeping a thread: `done` is called once, from another one.
  void LeaseLater(LeaseRequest request, std::chrono::milliseconds patience,
                  LeaseCombiner::Done done);
  absl::Status RecordVerification(const std::string& workspace_id, const std::string& credential_id,
                                  const Verdict& verdict, const AuditContext& context);
  absl::StatusOr<Credential> Find(const std::string& workspace_id,
                                  const std::string& credential_id);
  absl::StatusOr<std::vector<Credential>> List(const std::string& workspace_id,
                                               const std::string& after_id, int limit);

  // Fine when it is deleted already; NOT_FOUND for what never was the workspace's. What comes back
  // is nothing but for OAuth credentials.
  absl::StatusOr<std::optional<DeletedTokens>> Delete(const std::string& workspace_id,
                                                      const std::string& credential_id,
                                                      const AuditContext& context);

  // What came of having the tokens of a deleted credential revoked, for the audit log.
  absl::Status RecordRevocation(const Credential& deleted, const std::string& outcome,
                                const AuditContext& context);

 private:
  std::vector<absl::StatusOr<OpenedCredential>> LeaseMany(
      const std::vector<LeaseRequest>& requests);

  postgres::Pool& pool_;
  const Sealer& sealer_;
  LeaseCombiner leases_;
};

}  // namespace callimport::credential_manager
