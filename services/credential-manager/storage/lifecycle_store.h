// How credentials are released, promoted and shredded, and what is told of it. Every method is
// one transaction, its audit record and feed entry included.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential_lifecycle.pb.h"
#include "libs/postgres/pool.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/storage/lifecycle_table.h"

namespace callimport::credential_manager {

class LifecycleStore {
 public:
  LifecycleStore(postgres::Pool& pool, const Sealer& sealer) : pool_(pool), sealer_(sealer) {}

  // When the credential is shredded; nothing for a persistent one. NOT_FOUND
  // (CREDENTIAL_NOT_FOUND); fine when it is a tombstone already.
  absl::StatusOr<std::optional<Timestamp>> Release(const std::string& workspace_id,
                                                   const std::string& credential_id,
                                                   const std::string& job_id,
                                                   Timestamp shred_due_at,
                                                   const AuditContext& context);

  // FAILED_PRECONDITION (CREDENTIAL_SHREDDED) when it comes too late.
  absl::Status Retain(const std::string& workspace_id, const std::string& credential_id,
                      const std::string& job_id, const AuditContext& context);

  // Seals it anew without its epoch key, which nothing needs afterwards.
  absl::Status Promote(const std::string& workspace_id, const std::string& credential_id,
                       const AuditContext& context);

  absl::StatusOr<std::vector<std::string>> ListToShred(Timestamp now, int limit);

  // From its commit on nobody leases it. Nothing when another was quicker.
  absl::StatusOr<std::optional<EndingCredential>> BeginShredding(const std::string& credential_id,
                                                                 Timestamp now);

  // Destroys what the database has of the secret, and keeps the receipt that `sign` makes. False
  // when another was quicker.
  using Sign = std::function<SignedReceipt(const EndingCredential& ending,
                                           const std::vector<std::string>& job_ids)>;
  absl::StatusOr<bool> FinishShredding(const EndingCredential& ending, Timestamp now,
                                       const Sign& sign);

  // NOT_FOUND (RECEIPT_NOT_FOUND).
  absl::StatusOr<SignedReceipt> FindReceipt(const std::string& workspace_id,
                                            const std::string& credential_id);

  absl::StatusOr<std::vector<std::string>> WithoutNeedOfEpochKey(
      const std::vector<std::string>& credential_ids);

  struct Snapshot {
    int64_t revision = 0;
    std::vector<v1::CredentialSummary> credentials;
  };
  // Of all workspaces, in order of their ids.
  absl::StatusOr<Snapshot> TakeSnapshot(const std::string& after_id, int limit);

  // OUT_OF_RANGE (REVISION_GONE) when some have been cleaned away.
  absl::StatusOr<std::vector<v1::CredentialEvent>> ReadAfter(int64_t revision, int limit);

  absl::StatusOr<int64_t> ForgetEvents(std::chrono::seconds age);

 private:
  postgres::Pool& pool_;
  const Sealer& sealer_;
};

}  // namespace callimport::credential_manager
