#include "services/job-scheduler/storage/credential_refusals_table.h"

#include <optional>
#include <string>

#include "libs/postgres/prepared.h"
#include "libs/postgres/values.h"
#include "services/job-scheduler/storage/fair_queue_table.h"

namespace callimport::job_scheduler {
namespace {

// In one order, so that two who lock several never wait in a circle.
constexpr char kLock[] = R"sql(
  SELECT workspace_id, credential_id, refused_at, tries, try_after, reason, message
  FROM credential_refusals
  WHERE (workspace_id, credential_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
  ORDER BY workspace_id, credential_id FOR UPDATE)sql";

constexpr char kFind[] = R"sql(
  SELECT workspace_id, credential_id, refused_at, tries, try_after, reason, message
  FROM credential_refusals WHERE workspace_id = $1 AND credential_id = $2)sql";

constexpr char kSave[] = R"sql(
  INSERT INTO credential_refusals (workspace_id, credential_id, refused_at, tries, try_after, reason,
                                   message)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (workspace_id, credential_id) DO UPDATE
  SET refused_at = excluded.refused_at, tries = excluded.tries, try_after = excluded.try_after,
      reason = excluded.reason, message = excluded.message)sql";

constexpr char kForget[] = R"sql(
  WITH well AS (
    DELETE FROM credential_refusals WHERE workspace_id = $1 AND credential_id = $2
    RETURNING workspace_id, credential_id)
  DELETE FROM credential_parkings AS parked USING well
  WHERE parked.workspace_id = well.workspace_id AND parked.credential_id = well.credential_id
    AND work_class = 'INTERACTIVE')sql";

constexpr char kForgetSeveral[] = R"sql(
  DELETE FROM credential_refusals
  USING unnest($1::text[], $2::text[]) AS accepted (workspace_id, credential_id)
  WHERE credential_refusals.workspace_id = accepted.workspace_id
    AND credential_refusals.credential_id = accepted.credential_id AND try_after <= $3)sql";

struct KeyColumns {
  explicit KeyColumns(const std::set<CredentialKey>& keys) {
    for (const auto& [workspace_id, credential_id] : keys) {
      workspaces.push_back(workspace_id);
      credentials.push_back(credential_id);
    }
  }
  std::vector<std::string> workspaces;
  std::vector<std::string> credentials;
};

CredentialRefusal RefusalFrom(const pqxx::row& row) {
  return {.refused_at = postgres::TimeFromSql(row["refused_at"]),
          .tries = row["tries"].as<int>(),
          .try_after = postgres::TimeFromSql(row["try_after"]),
          .reason = row["reason"].as<std::string>(),
          .message = row["message"].as<std::string>()};
}

}  // namespace

std::map<CredentialKey, CredentialRefusal> LockRefusals(pqxx::work& tx,
                                                        const std::set<CredentialKey>& keys) {
  std::map<CredentialKey, CredentialRefusal> refusals;
  const KeyColumns asked(keys);
  for (const pqxx::row& row : tx.exec_params(kLock, postgres::ToArray(asked.workspaces),
                                             postgres::ToArray(asked.credentials))) {
    refusals[{row["workspace_id"].as<std::string>(), row["credential_id"].as<std::string>()}] =
        RefusalFrom(row);
  }
  return refusals;
}

std::optional<CredentialRefusal> FindRefusal(pqxx::work& tx, const CredentialKey& key) {
  const pqxx::result found = tx.exec_params(kFind, key.first, key.second);
  if (found.empty()) return std::nullopt;
  return RefusalFrom(found[0]);
}

void SaveRefusal(pqxx::work& tx, const CredentialKey& key, const CredentialRefusal& refusal) {
  tx.exec_params(kSave, key.first, key.second, postgres::ToSql(refusal.refused_at), refusal.tries,
                 postgres::ToSql(refusal.try_after), refusal.reason, refusal.message);
  // Nothing is more urgent than that, so everything waits.
  Park(tx, {{key, {{common::v1::WORK_CLASS_INTERACTIVE, refusal.try_after}}}});
}

void ForgetRefusal(pqxx::work& tx, const CredentialKey& key) {
  tx.exec_params(kForget, key.first, key.second);
}

void ForgetRefusals(pqxx::work& tx, const std::set<CredentialKey>& accepted, Timestamp now) {
  if (accepted.empty()) return;
  const KeyColumns keys(accepted);
  postgres::ExecPrepared(tx, "forget_refusals", kForgetSeveral, postgres::ToArray(keys.workspaces),
                         postgres::ToArray(keys.credentials), postgres::ToSql(now));
}

}  // namespace callimport::job_scheduler
