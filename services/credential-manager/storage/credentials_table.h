// The SQL of import_credentials and of what may be shown of their fields. Every function joins the
// caller's transaction.
#pragma once

#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

// NOT_FOUND (CREDENTIAL_NOT_FOUND), for what is unknown, deleted, or another workspace's.
absl::Status CredentialNotFound(const std::string& credential_id);

void InsertCredential(pqxx::work& tx, const std::string& credential_id,
                      const NewCredential& credential);

// Takes over everything but the id and the account.
void UpdateCredential(pqxx::work& tx, const std::string& credential_id,
                      const NewCredential& credential);

// The live credential of this account.
std::optional<std::string> FindAccount(pqxx::work& tx, const NewCredential& credential);

std::optional<Credential> FindCredential(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& credential_id);

// The live ones among these, of whatever workspace, by id.
std::map<std::string, Credential> FindCredentials(pqxx::work& tx,
                                                  const std::vector<std::string>& ids);

// In order of their ids, which rise with time.
std::vector<Credential> ListCredentials(pqxx::work& tx, const std::string& workspace_id,
                                        const std::string& after_id, int limit);

// False when there is no such live credential.
bool MarkVerified(pqxx::work& tx, const std::string& workspace_id, const std::string& credential_id,
                  const Verdict& verdict);
bool MarkDeleted(pqxx::work& tx, const std::string& workspace_id, const std::string& credential_id);

void SetExpiry(pqxx::work& tx, const std::string& credential_id,
               const std::optional<Timestamp>& expires_at);
void SetPublicField(pqxx::work& tx, const std::string& credential_id, const std::string& name,
                    const std::string& value);

bool HasTombstone(pqxx::work& tx, const std::string& workspace_id,
                  const std::string& credential_id);

}  // namespace callimport::credential_manager
