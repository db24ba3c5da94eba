// The SQL of oauth_tokens: what is known of an OAuth credential's tokens, and who may renew them.
// Every function joins the caller's transaction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/credential-manager/domain/oauth.h"

namespace callimport::credential_manager {

struct TokenRow {
  TokenFacts facts;
  Timestamp obtained_at;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> refresh_at;
  std::optional<Timestamp> claimed_until;
  bool asked = false;
  int failures = 0;
  std::optional<Timestamp> retry_at;
};

// By credential.
std::map<std::string, TokenFacts> FindTokenFacts(pqxx::work& tx,
                                                 const std::vector<std::string>& credential_ids);

// Locks it until the end of the transaction.
std::optional<TokenRow> LockTokens(pqxx::work& tx, const std::string& credential_id);

void InsertTokens(pqxx::work& tx, const std::string& credential_id, GrantKind grant,
                  const Tokens& tokens, bool refreshable,
                  const std::optional<Timestamp>& refresh_at);

// Writes the intent to ask the vendor, and bars everybody else from it until then.
void ClaimTokens(pqxx::work& tx, const std::string& credential_id, const std::string& holder,
                 Timestamp until, Timestamp now);

// What came of a claim. False, and nothing is changed, when the claim is not in force any more or
// the tokens are others than the claim was about.
bool PutNewTokens(pqxx::work& tx, const RefreshClaim& claim, const Tokens& tokens,
                  const std::optional<Timestamp>& refresh_at);
bool PutFailure(pqxx::work& tx, const RefreshClaim& claim, const RefreshFailure& failure);

// The longest due first; none that somebody is renewing.
std::vector<DueTokens> ListDueTokens(pqxx::work& tx, Timestamp now, int limit);

void ForgetTokens(pqxx::work& tx, const std::string& credential_id);

}  // namespace callimport::credential_manager
