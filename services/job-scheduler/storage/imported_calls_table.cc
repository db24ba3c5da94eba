#include "services/job-scheduler/storage/imported_calls_table.h"

#include "libs/crypto/id_key.h"
#include "libs/postgres/values.h"
#include "services/job-scheduler/domain/call_states.h"
#include "services/job-scheduler/storage/index_order.h"

namespace callimport::job_scheduler {
namespace {

// In the order of the source's ids, so that two listings of one source never wait in a circle.
constexpr char kInsertNew[] = R"sql(
  INSERT INTO imported_calls (call_id, job_id, workspace_id, platform, source_call_id,
                              long_source_id, state, available_at, failed_at, error_reason,
                              error_message)
  SELECT call.id, $1, $2, $3, call.source_id, call.long_id,
         CASE WHEN call.unreadable IS NULL THEN $7 ELSE $8 END,
         CASE WHEN call.unreadable IS NULL THEN $9::timestamptz END,
         CASE WHEN call.unreadable IS NOT NULL THEN $9::timestamptz END,
         CASE WHEN call.unreadable IS NOT NULL THEN 'UNREADABLE_RECORD' END, call.unreadable
  FROM unnest($4::uuid[], $5::text[], $6::text[], $10::text[])
    AS call (id, source_id, unreadable, long_id)
  ORDER BY call.source_id
  ON CONFLICT (workspace_id, platform, source_call_id) DO NOTHING
  RETURNING call_id)sql";

constexpr char kFindKnown[] = R"sql(
  SELECT call_id, coalesce(long_source_id, source_call_id) AS source_call_id,
         job_id = $4 AND failed_at IS NOT NULL
           AND coalesce(error_reason, '') = 'UNREADABLE_RECORD' AS unread_here
  FROM imported_calls
  WHERE workspace_id = $1 AND platform = $2 AND source_call_id = ANY ($3::text[]))sql";

constexpr char kFindSettled[] = R"sql(
  SELECT coalesce(long_source_id, source_call_id) FROM imported_calls
  WHERE workspace_id = $1 AND platform = $2 AND source_call_id = ANY ($3::text[])
    AND (job_id = $4 OR NOT state = ANY ($5::text[])))sql";

// What somebody else is about to change is left alone: it is in good hands. So is what this job had
// itself and a later one has adopted: its end is counted here already.
constexpr char kAdopt[] = R"sql(
  WITH free AS MATERIALIZED (
    SELECT call_id, job_id, failed_at FROM imported_calls
    WHERE call_id = ANY ($2::uuid[]) AND job_id <> $1 AND state = ANY ($5::text[])
      AND NOT EXISTS (
        SELECT FROM job_calls
        WHERE job_calls.job_id = $1 AND job_calls.call_id = imported_calls.call_id
          AND relation <> 'DUPLICATE')
    FOR UPDATE SKIP LOCKED),
  taken_over AS (
    INSERT INTO taken_over_calls (call_id, job_id)
    SELECT call_id, job_id FROM free WHERE failed_at IS NOT NULL
    ON CONFLICT DO NOTHING)
  UPDATE imported_calls
  SET job_id = $1, state = $3, available_at = $4, failures = 0, failed_at = NULL,
      error_reason = NULL, error_message = NULL
  WHERE call_id = ANY (ARRAY (SELECT call_id FROM free))
  RETURNING call_id)sql";

// What failed keeps its reason.
constexpr char kGiveBack[] = R"sql(
  UPDATE imported_calls
  SET job_id = $2, state = $4, failed_at = coalesce(failed_at, $5),
      error_reason = CASE WHEN failed_at IS NULL THEN $6 ELSE error_reason END,
      error_message = CASE WHEN failed_at IS NULL THEN $7 ELSE error_message END
  WHERE call_id = ANY (ARRAY (
    SELECT call_id FROM imported_calls
    WHERE call_id = ANY ($3::uuid[]) AND job_id = $1 AND state = ANY ($8::text[])
    FOR UPDATE SKIP LOCKED))
  RETURNING call_id)sql";

constexpr char kQueueReread[] = R"sql(
  UPDATE imported_calls
  SET state = $3, available_at = $4, failures = 0, failed_at = NULL, error_reason = NULL,
      error_message = NULL
  WHERE call_id = ANY (ARRAY (
    SELECT call_id FROM imported_calls
    WHERE call_id = ANY ($2::uuid[]) AND job_id = $1 AND failed_at IS NOT NULL
      AND error_reason = 'UNREADABLE_RECORD'
    FOR UPDATE SKIP LOCKED))
  RETURNING call_id)sql";

constexpr char kRetry[] = R"sql(
  UPDATE imported_calls
  SET state = $3, available_at = $4, failures = 0, failed_at = NULL, error_reason = NULL,
      error_message = NULL
  WHERE call_id = ANY (ARRAY (
    SELECT call_id FROM imported_calls
    WHERE job_id = $1 AND failed_at IS NOT NULL
      AND (cardinality($2::uuid[]) = 0 OR call_id = ANY ($2))
      AND error_reason IS DISTINCT FROM 'UNREADABLE_RECORD'
      AND ($6::text IS NULL OR error_reason = $6) AND ($7::timestamptz IS NULL OR failed_at <= $7)
    ORDER BY call_id LIMIT $5 FOR UPDATE SKIP LOCKED)))sql";

constexpr char kListCauses[] = R"sql(
  SELECT coalesce(error_reason, '') AS reason, count(*) AS calls, max(failed_at) AS newest,
         coalesce((array_agg(error_message ORDER BY failed_at DESC))[1], '') AS message
  FROM imported_calls WHERE job_id = $1 AND failed_at IS NOT NULL
  GROUP BY 1 ORDER BY 2 DESC, 1)sql";

constexpr char kSkip[] = R"sql(
  UPDATE imported_calls
  SET state = $2, available_at = NULL, deferred = false, leased_until = NULL, leased_by = NULL
  WHERE call_id = ANY (ARRAY (
    SELECT call_id FROM imported_calls
    WHERE job_id = $1 AND available_at IS NOT NULL
      AND (leased_until IS NULL OR leased_until <= $3)
    ORDER BY call_id LIMIT $4 FOR UPDATE SKIP LOCKED)))sql";

constexpr char kFail[] = R"sql(
  UPDATE imported_calls
  SET state = $2, available_at = NULL, deferred = false, leased_until = NULL, leased_by = NULL,
      failed_at = $3, error_reason = $5, error_message = $6
  WHERE call_id = ANY (ARRAY (
    SELECT call_id FROM imported_calls
    WHERE job_id = $1 AND available_at IS NOT NULL
      AND (leased_until IS NULL OR leased_until <= $3)
    ORDER BY call_id LIMIT $4 FOR UPDATE SKIP LOCKED)))sql";

constexpr char kFindUploaded[] = R"sql(
  SELECT call_id, job_id, engagement_id FROM imported_calls
  WHERE workspace_id = $1 AND platform = $2 AND source_call_id = $3)sql";

std::string KeysOf(const std::vector<std::string>& source_call_ids) {
  std::vector<std::string> keys;
  keys.reserve(source_call_ids.size());
  for (const std::string& id : source_call_ids) keys.push_back(crypto::KeyOfId(id));
  return postgres::ToArray(keys);
}

std::unordered_set<std::string> FirstColumn(const pqxx::result& rows) {
  std::unordered_set<std::string> values;
  for (const pqxx::row& row : rows) values.insert(row[0].as<std::string>());
  return values;
}

}  // namespace

std::unordered_set<std::string> InsertNewCalls(pqxx::work& tx, const ImportJob& job,
                                               const std::vector<NewCall>& calls, Timestamp now) {
  std::vector<std::string> ids;
  std::vector<std::string> source_ids;
  std::vector<std::optional<std::string>> unreadable;
  std::vector<std::optional<std::string>> long_ids;
  for (const NewCall& call : calls) {
    ids.push_back(call.call_id);
    source_ids.push_back(crypto::KeyOfId(call.source_call_id));
    long_ids.emplace_back();
    if (source_ids.back() != call.source_call_id) long_ids.back() = call.source_call_id;
    unreadable.emplace_back();
    if (!call.unreadable_reason.empty()) unreadable.back() = call.unreadable_reason;
  }
  return FirstColumn(
      tx.exec_params(kInsertNew, job.job_id, job.workspace_id, job.platform, postgres::ToArray(ids),
                     postgres::ToArray(source_ids), postgres::ToArray(unreadable),
                     NameOf(common::v1::CALL_STATE_PENDING), NameOf(common::v1::CALL_STATE_FAILED),
                     postgres::ToSql(now), postgres::ToArray(long_ids)));
}

std::vector<KnownCall> FindKnownCalls(pqxx::work& tx, const ImportJob& job,
                                      const std::vector<std::string>& source_call_ids) {
  std::vector<KnownCall> known;
  if (source_call_ids.empty()) return known;
  for (const pqxx::row& row : tx.exec_params(kFindKnown, job.workspace_id, job.platform,
                                             KeysOf(source_call_ids), job.job_id)) {
    known.push_back({.call_id = row["call_id"].as<std::string>(),
                     .source_call_id = row["source_call_id"].as<std::string>(),
                     .unread_here = row["unread_here"].as<bool>()});
  }
  return known;
}

std::unordered_set<std::string> FindSettledCalls(pqxx::work& tx, const ImportJob& job,
                                                 const std::vector<std::string>& source_call_ids) {
  if (source_call_ids.empty()) return {};
  return FirstColumn(tx.exec_params(kFindSettled, job.workspace_id, job.platform,
                                    KeysOf(source_call_ids), job.job_id,
                                    postgres::ToArray(SourcesOf(CallEvent::kAdopted))));
}

std::unordered_set<std::string> AdoptCalls(pqxx::work& tx, const std::string& job_id,
                                           const std::vector<std::string>& call_ids,
                                           Timestamp now) {
  if (call_ids.empty()) return {};
  return FirstColumn(tx.exec_params(kAdopt, job_id, postgres::ToArray(call_ids),
                                    NameOf(TargetOf(CallEvent::kAdopted)), postgres::ToSql(now),
                                    postgres::ToArray(SourcesOf(CallEvent::kAdopted))));
}

std::unordered_set<std::string> GiveBackCalls(pqxx::work& tx, const std::string& from_job_id,
                                              const std::string& to_job_id,
                                              const std::vector<std::string>& call_ids,
                                              const Failed& why, Timestamp now) {
  return FirstColumn(tx.exec_params(kGiveBack, from_job_id, to_job_id, postgres::ToArray(call_ids),
                                    NameOf(TargetOf(CallEvent::kGivenBack)), postgres::ToSql(now),
                                    why.reason, why.message,
                                    postgres::ToArray(SourcesOf(CallEvent::kGivenBack))));
}

std::unordered_set<std::string> QueueReread(pqxx::work& tx, const std::string& job_id,
                                            const std::vector<std::string>& call_ids,
                                            Timestamp now) {
  if (call_ids.empty()) return {};
  return FirstColumn(tx.exec_params(kQueueReread, job_id, postgres::ToArray(call_ids),
                                    NameOf(TargetOf(CallEvent::kRetried)), postgres::ToSql(now)));
}

std::vector<FailureCause> ListCauses(pqxx::work& tx, const std::string& job_id) {
  std::vector<FailureCause> causes;
  for (const pqxx::row& row : tx.exec_params(kListCauses, job_id)) {
    causes.push_back({.reason = row["reason"].as<std::string>(),
                      .message = row["message"].as<std::string>(),
                      .calls = row["calls"].as<int64_t>(),
                      .newest = postgres::TimeFromSql(row["newest"])});
  }
  return causes;
}

int64_t RetryCalls(pqxx::work& tx, const std::string& job_id, const FailedCalls& which, int limit,
                   Timestamp now) {
  TakeRowsInIndexOrder(tx);
  std::optional<std::string> reason;
  std::optional<Timestamp> until;
  if (which.cause) {
    reason = which.cause->reason;
    until = which.cause->failed_until;
  }
  return static_cast<int64_t>(tx.exec_params(kRetry, job_id, postgres::ToArray(which.call_ids),
                                             NameOf(TargetOf(CallEvent::kRetried)),
                                             postgres::ToSql(now), limit, reason,
                                             postgres::ToSql(until))
                                  .affected_rows());
}

int64_t FailOpenCalls(pqxx::work& tx, const std::string& job_id, const Failed& why, int limit,
                      Timestamp now) {
  TakeRowsInIndexOrder(tx);
  return static_cast<int64_t>(tx.exec_params(kFail, job_id, NameOf(TargetOf(CallEvent::kFailed)),
                                             postgres::ToSql(now), limit, why.reason, why.message)
                                  .affected_rows());
}

int64_t SkipCalls(pqxx::work& tx, const std::string& job_id, int limit, Timestamp now) {
  TakeRowsInIndexOrder(tx);
  return static_cast<int64_t>(tx.exec_params(kSkip, job_id, NameOf(TargetOf(CallEvent::kSkipped)),
                                             postgres::ToSql(now), limit)
                                  .affected_rows());
}

UploadedCall FindUploadedCall(pqxx::work& tx, const std::string& workspace_id,
                              const std::string& source_call_id) {
  const pqxx::row row =
      tx.exec_params1(kFindUploaded, workspace_id, std::string(kUploadPlatform), source_call_id);
  return {.call_id = row["call_id"].as<std::string>(),
          .job_id = row["job_id"].as<std::string>(),
          .engagement_id = row["engagement_id"].as<std::string>("")};
}

}  // namespace callimport::job_scheduler
