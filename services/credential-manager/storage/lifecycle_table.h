// The SQL of how credentials end: releases, shredding, receipts. Every function joins the caller's
// transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

// A credential whose secret is to be destroyed, or is.
struct EndingCredential {
  Credential credential;
  std::string fingerprint;
  // By people; else its job has ended.
  bool deleted = false;
  bool shredded = false;
};

// A receipt as it is kept.
struct SignedReceipt {
  std::string statement;
  std::string signature;
  std::string public_key;
};

// The live credential, locked until the end of the transaction.
bool LockCredential(pqxx::work& tx, const std::string& workspace_id,
                    const std::string& credential_id);

void PutRelease(pqxx::work& tx, const std::string& credential_id, const std::string& job_id,
                Timestamp shred_due_at);
void TakeReleaseBack(pqxx::work& tx, const std::string& credential_id, const std::string& job_id);
std::vector<std::string> ListReleases(pqxx::work& tx, const std::string& credential_id);

// From the releases that there are.
std::optional<Timestamp> ResetShredDue(pqxx::work& tx, const std::string& credential_id);

// Persistent from now on, and due no more.
void MarkPromoted(pqxx::work& tx, const std::string& credential_id);

// Deleted or due, and not shredded yet.
std::vector<std::string> ListToShred(pqxx::work& tx, Timestamp now, int limit);

// Nobody can lease it any more. Nothing when it is not, or no longer, to be shredded. Locks it.
std::optional<EndingCredential> BeginShredding(pqxx::work& tx, const std::string& credential_id,
                                               Timestamp now);

// Any credential of the workspace, tombstones too.
std::optional<EndingCredential> FindEnding(pqxx::work& tx, const std::string& workspace_id,
                                           const std::string& credential_id);
void MarkShredded(pqxx::work& tx, const std::string& credential_id, Timestamp now);
void PutReceipt(pqxx::work& tx, const std::string& credential_id, const SignedReceipt& receipt);
std::optional<SignedReceipt> FindReceipt(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& credential_id);

// Of all workspaces, in order of their ids; only what a summary shows.
std::vector<Credential> ListLiveCredentials(pqxx::work& tx, const std::string& after_id, int limit);

// Of these, those whose epoch key nothing needs any more.
std::vector<std::string> WithoutNeedOfEpochKey(pqxx::work& tx,
                                               const std::vector<std::string>& credential_ids);

}  // namespace callimport::credential_manager
