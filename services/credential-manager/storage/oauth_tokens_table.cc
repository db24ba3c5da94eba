#include "services/credential-manager/storage/oauth_tokens_table.h"

#include "libs/postgres/prepared.h"
#include "libs/postgres/values.h"

namespace callimport::credential_manager {
namespace {

constexpr char kFindFacts[] = R"sql(
  SELECT credential_id, grant_kind, scopes, generation, refreshable,
         outcome_unknown OR (asked_at IS NOT NULL AND claimed_until < now()) AS outcome_unknown,
         problem, problem_text
  FROM oauth_tokens WHERE credential_id = any($1::uuid[]))sql";

constexpr char kLock[] = R"sql(
  SELECT grant_kind, scopes, generation, refreshable, outcome_unknown, problem, problem_text,
         obtained_at, expires_at, refresh_at, claimed_until, asked_at IS NOT NULL AS asked,
         failures, retry_at
  FROM oauth_tokens WHERE credential_id = $1 FOR UPDATE)sql";

constexpr char kInsert[] = R"sql(
  INSERT INTO oauth_tokens (credential_id, grant_kind, scopes, obtained_at, expires_at,
                            refreshable, refresh_at)
  VALUES ($1, $2, $3, $4::timestamptz, $5::timestamptz, $6, $7::timestamptz))sql";

constexpr char kClaim[] = R"sql(
  UPDATE oauth_tokens
  SET claimed_by = $2::uuid, claimed_until = $3::timestamptz,
      outcome_unknown = outcome_unknown OR asked_at IS NOT NULL, asked_at = $4::timestamptz
  WHERE credential_id = $1)sql";

constexpr char kPutNew[] = R"sql(
  UPDATE oauth_tokens
  SET generation = generation + 1, obtained_at = $4::timestamptz, expires_at = $5::timestamptz,
      refresh_at = $6::timestamptz, scopes = coalesce(nullif($7, ''), scopes),
      claimed_by = NULL, claimed_until = NULL, asked_at = NULL, outcome_unknown = false,
      problem = 0, problem_text = '', failures = 0, retry_at = NULL
  WHERE credential_id = $1 AND claimed_by = $2::uuid AND generation = $3)sql";

constexpr char kPutFailure[] = R"sql(
  UPDATE oauth_tokens
  SET problem = $4, problem_text = $5, outcome_unknown = outcome_unknown OR $6,
      failures = failures + 1, retry_at = $7::timestamptz, refresh_at = $7::timestamptz,
      claimed_by = NULL, claimed_until = NULL, asked_at = NULL
  WHERE credential_id = $1 AND claimed_by = $2::uuid AND generation = $3)sql";

constexpr char kListDue[] = R"sql(
  SELECT c.workspace_id, t.credential_id
  FROM oauth_tokens t JOIN import_credentials c USING (credential_id)
  WHERE t.refresh_at <= $1::timestamptz AND c.deleted_at IS NULL
    AND (t.claimed_until IS NULL OR t.claimed_until <= $1::timestamptz)
  ORDER BY t.refresh_at LIMIT $2)sql";

constexpr char kForget[] = "DELETE FROM oauth_tokens WHERE credential_id = $1";

TokenFacts FactsOf(const pqxx::row& row) {
  return {.grant = static_cast<GrantKind>(row["grant_kind"].as<int>()),
          .scopes = SplitScopes(row["scopes"].as<std::string>()),
          .generation = row["generation"].as<int64_t>(),
          .refreshable = row["refreshable"].as<bool>(),
          .outcome_unknown = row["outcome_unknown"].as<bool>(),
          .problem = static_cast<TokenProblem>(row["problem"].as<int>()),
          .problem_text = row["problem_text"].as<std::string>()};
}

}  // namespace

std::map<std::string, TokenFacts> FindTokenFacts(pqxx::work& tx,
                                                 const std::vector<std::string>& credential_ids) {
  std::map<std::string, TokenFacts> found;
  for (const pqxx::row& row : postgres::ExecPrepared(tx, "find_token_facts", kFindFacts,
                                                     postgres::ToArray(credential_ids))) {
    found.emplace(row["credential_id"].as<std::string>(), FactsOf(row));
  }
  return found;
}

std::optional<TokenRow> LockTokens(pqxx::work& tx, const std::string& credential_id) {
  const pqxx::result rows = tx.exec_params(kLock, credential_id);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return TokenRow{.facts = FactsOf(row),
                  .obtained_at = postgres::TimeFromSql(row["obtained_at"]),
                  .expires_at = postgres::NullableTime(row["expires_at"]),
                  .refresh_at = postgres::NullableTime(row["refresh_at"]),
                  .claimed_until = postgres::NullableTime(row["claimed_until"]),
                  .asked = row["asked"].as<bool>(),
                  .failures = row["failures"].as<int>(),
                  .retry_at = postgres::NullableTime(row["retry_at"])};
}

void InsertTokens(pqxx::work& tx, const std::string& credential_id, GrantKind grant,
                  const Tokens& tokens, bool refreshable,
                  const std::optional<Timestamp>& refresh_at) {
  tx.exec_params(kInsert, credential_id, static_cast<int>(grant), JoinScopes(tokens.scopes),
                 postgres::ToSql(tokens.obtained_at), postgres::ToSql(tokens.expires_at),
                 refreshable, postgres::ToSql(refresh_at));
}

void ClaimTokens(pqxx::work& tx, const std::string& credential_id, const std::string& holder,
                 Timestamp until, Timestamp now) {
  tx.exec_params(kClaim, credential_id, holder, postgres::ToSql(until), postgres::ToSql(now));
}

bool PutNewTokens(pqxx::work& tx, const RefreshClaim& claim, const Tokens& tokens,
                  const std::optional<Timestamp>& refresh_at) {
  return tx.exec_params(kPutNew, claim.credential_id, claim.holder, claim.generation,
                        postgres::ToSql(tokens.obtained_at), postgres::ToSql(tokens.expires_at),
                        postgres::ToSql(refresh_at), JoinScopes(tokens.scopes))
             .affected_rows() > 0;
}

bool PutFailure(pqxx::work& tx, const RefreshClaim& claim, const RefreshFailure& failure) {
  return tx.exec_params(kPutFailure, claim.credential_id, claim.holder, claim.generation,
                        static_cast<int>(failure.problem), failure.text, failure.outcome_unknown,
                        postgres::ToSql(failure.retry_at))
             .affected_rows() > 0;
}

std::vector<DueTokens> ListDueTokens(pqxx::work& tx, Timestamp now, int limit) {
  std::vector<DueTokens> due;
  for (const pqxx::row& row : tx.exec_params(kListDue, postgres::ToSql(now), limit)) {
    due.push_back({row["workspace_id"].as<std::string>(), row["credential_id"].as<std::string>()});
  }
  return due;
}

void ForgetTokens(pqxx::work& tx, const std::string& credential_id) {
  tx.exec_params(kForget, credential_id);
}

}  // namespace callimport::credential_manager
