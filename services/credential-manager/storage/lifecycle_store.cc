#include "services/credential-manager/storage/lifecycle_store.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credential_feed.h"
#include "services/credential-manager/storage/credentials_table.h"
#include "services/credential-manager/storage/secrets_table.h"

namespace callimport::credential_manager {
namespace {

constexpr char kShredder[] = "service/credential-manager";

}  // namespace

absl::StatusOr<std::optional<Timestamp>> LifecycleStore::Release(const std::string& workspace_id,
                                                                 const std::string& credential_id,
                                                                 const std::string& job_id,
                                                                 Timestamp shred_due_at,
                                                                 const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::optional<Timestamp>> {
    if (!LockCredential(tx, workspace_id, credential_id)) {
      // Deleted or shredded already: there is nothing left to release.
      if (FindEnding(tx, workspace_id, credential_id)) return std::optional<Timestamp>();
      return CredentialNotFound(credential_id);
    }
    const auto credential = FindCredential(tx, workspace_id, credential_id);
    if (credential->retention == Retention::kPersistent) return std::optional<Timestamp>();
    PutRelease(tx, credential_id, job_id, shred_due_at);
    const auto due = ResetShredDue(tx, credential_id);
    AppendAudit(tx, {workspace_id, credential_id, "release", "job " + job_id}, context);
    return due;
  });
}

absl::Status LifecycleStore::Retain(const std::string& workspace_id,
                                    const std::string& credential_id, const std::string& job_id,
                                    const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    if (!LockCredential(tx, workspace_id, credential_id)) {
      if (!FindEnding(tx, workspace_id, credential_id)) return CredentialNotFound(credential_id);
      return Error(absl::StatusCode::kFailedPrecondition, "CREDENTIAL_SHREDDED",
                   "the secret is destroyed; a new credential is needed");
    }
    TakeReleaseBack(tx, credential_id, job_id);
    ResetShredDue(tx, credential_id);
    AppendAudit(tx, {workspace_id, credential_id, "retain", "job " + job_id}, context);
    return absl::OkStatus();
  });
}

absl::Status LifecycleStore::Promote(const std::string& workspace_id,
                                     const std::string& credential_id,
                                     const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    if (!LockCredential(tx, workspace_id, credential_id)) return CredentialNotFound(credential_id);
    auto credential = FindCredential(tx, workspace_id, credential_id);
    if (credential->retention == Retention::kPersistent) return absl::OkStatus();
    const auto envelope = FindSecret(tx, credential_id);
    if (!envelope) return CredentialNotFound(credential_id);
    const SealedFor owner{workspace_id, credential->platform, credential_id};
    const std::string before = DigestOfState(tx, workspace_id, credential_id);
    ASSIGN_OR_RETURN(const SecretFields fields, sealer_.Open(owner, *envelope));
    MarkPromoted(tx, credential_id);
    RETURN_IF_ERROR(PutSecret(tx, sealer_, owner, fields));
    credential->retention = Retention::kPersistent;
    Announce(tx, *credential, v1::CREDENTIAL_CHANGE_PROMOTED);
    AppendAudit(tx,
                {workspace_id, credential_id, "promote", "", before,
                 DigestOfState(tx, workspace_id, credential_id)},
                context);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<std::string>> LifecycleStore::ListToShred(Timestamp now, int limit) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return credential_manager::ListToShred(tx, now, limit); });
}

absl::StatusOr<std::optional<EndingCredential>> LifecycleStore::BeginShredding(
    const std::string& credential_id, Timestamp now) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return credential_manager::BeginShredding(tx, credential_id, now);
  });
}

absl::StatusOr<bool> LifecycleStore::FinishShredding(const EndingCredential& ending, Timestamp now,
                                                     const Sign& sign) {
  const Credential& credential = ending.credential;
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<bool> {
    const auto still = credential_manager::BeginShredding(tx, credential.credential_id, now);
    if (!still) return false;
    DestroySecret(tx, credential.credential_id);
    MarkShredded(tx, credential.credential_id, now);
    PutReceipt(tx, credential.credential_id,
               sign(*still, ListReleases(tx, credential.credential_id)));
    Announce(tx, credential, v1::CREDENTIAL_CHANGE_SHREDDED);
    AppendAudit(tx,
                {credential.workspace_id, credential.credential_id, "shred",
                 still->deleted ? "deleted" : "its job has ended"},
                {kShredder, ""});
    return true;
  });
}

absl::StatusOr<SignedReceipt> LifecycleStore::FindReceipt(const std::string& workspace_id,
                                                          const std::string& credential_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<SignedReceipt> {
    auto receipt = credential_manager::FindReceipt(tx, workspace_id, credential_id);
    if (receipt) return *std::move(receipt);
    return Error(absl::StatusCode::kNotFound, "RECEIPT_NOT_FOUND",
                 "no receipt for credential " + credential_id);
  });
}

absl::StatusOr<std::vector<std::string>> LifecycleStore::WithoutNeedOfEpochKey(
    const std::vector<std::string>& credential_ids) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return credential_manager::WithoutNeedOfEpochKey(tx, credential_ids);
  });
}

absl::StatusOr<LifecycleStore::Snapshot> LifecycleStore::TakeSnapshot(const std::string& after_id,
                                                                      int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    // Read first: what is committed in between is in the rows already, and comes again.
    Snapshot snapshot{.revision = CredentialFeed().NewestRevision(tx), .credentials = {}};
    for (const Credential& credential : ListLiveCredentials(tx, after_id, limit)) {
      snapshot.credentials.push_back(ToSummary(credential));
    }
    return snapshot;
  });
}

absl::StatusOr<std::vector<v1::CredentialEvent>> LifecycleStore::ReadAfter(int64_t revision,
                                                                           int limit) {
  using Events = std::vector<v1::CredentialEvent>;
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Events> {
    const std::vector<feed::Entry> entries = CredentialFeed().ReadAfter(tx, revision, limit);
    // Revisions have no gaps, so a gap tells what is gone.
    const bool gone = entries.empty() ? !CredentialFeed().Reaches(tx, revision)
                                      : entries.front().revision != revision + 1;
    if (gone) {
      return Error(
          absl::StatusCode::kOutOfRange, "REVISION_GONE",
          "events after revision " + std::to_string(revision) + " are not kept; take a snapshot");
    }
    Events events;
    for (const feed::Entry& entry : entries) {
      v1::CredentialEvent& event = events.emplace_back();
      event.ParseFromString(entry.body);
      event.set_revision(entry.revision);
    }
    return events;
  });
}

absl::StatusOr<int64_t> LifecycleStore::ForgetEvents(std::chrono::seconds age) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return CredentialFeed().DeleteOlderThan(tx, age); });
}

}  // namespace callimport::credential_manager
