#include "services/job-scheduler/storage/call_leases_table.h"

#include <map>
#include <set>

#include "libs/postgres/prepared.h"
#include "libs/postgres/values.h"
#include "services/job-scheduler/storage/enum_names.h"
#include "services/job-scheduler/storage/index_order.h"

namespace callimport::job_scheduler {
namespace {

// `= ANY (ARRAY (…))` keeps the plan on the index, whatever the statistics say. Leased calls stay
// in that index, at the front of their job: skipping them costs less than moving them out and in.
constexpr char kLeaseOfJobs[] = R"sql(
  UPDATE imported_calls
  SET state = $1, lease_number = lease_number + 1, leased_by = $2, leased_until = $3
  WHERE call_id = ANY (ARRAY (
    SELECT due.call_id
    FROM unnest($5::uuid[], $6::int[]) AS asked (job_id, calls) CROSS JOIN LATERAL (
      SELECT call_id FROM imported_calls
      WHERE imported_calls.job_id = asked.job_id AND available_at IS NOT NULL AND NOT deferred
        AND available_at <= $4 AND (leased_until IS NULL OR leased_until <= $4)
      ORDER BY available_at, call_id LIMIT asked.calls FOR UPDATE SKIP LOCKED) AS due))
  RETURNING call_id, job_id, lease_number, failures)sql";

constexpr char kLeaseOne[] = R"sql(
  UPDATE imported_calls
  SET state = $1, lease_number = lease_number + 1, leased_by = $2, leased_until = $3
  WHERE call_id = $4
  RETURNING call_id, job_id, lease_number, failures)sql";

constexpr char kWithRecords[] = R"sql(
  , noted AS (
    INSERT INTO call_leases (job_id, call_id, leased_until)
    SELECT job_id, call_id, $3 FROM leased
    ON CONFLICT (job_id, call_id) DO UPDATE SET leased_until = excluded.leased_until)
  SELECT leased.call_id, leased.lease_number, leased.failures, job_id, workspace_id,
         credential_id, platform, correlation_id, epoch, work_class, record
  FROM leased JOIN import_jobs USING (job_id) JOIN job_calls USING (job_id, call_id))sql";

constexpr char kFindHeld[] = R"sql(
  SELECT call_id, lease_number, leased_until, imported_calls.state,
         import_jobs.state IN ('CANCELLING', 'PAUSED') AS halted, epoch
  FROM imported_calls JOIN import_jobs USING (job_id)
  WHERE call_id = ANY ($1::uuid[]) AND leased_until IS NOT NULL)sql";

constexpr char kExtend[] = R"sql(
  WITH held AS MATERIALIZED (
    SELECT call_id, media_stored, transcript_ready FROM imported_calls
    WHERE call_id = ANY ($1::uuid[]) AND leased_until IS NOT NULL
    ORDER BY call_id FOR UPDATE SKIP LOCKED),
  extended AS (
  UPDATE imported_calls AS call
  SET state = told.state, leased_until = $6, media_stored = call.media_stored OR told.media,
      transcript_ready = call.transcript_ready OR told.transcript
  FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::boolean[], $5::boolean[])
         AS told (call_id, lease_number, state, media, transcript)
    JOIN held USING (call_id)
  WHERE call.call_id = told.call_id AND call.lease_number = told.lease_number
  RETURNING call.job_id, call.call_id, told.media AND NOT held.media_stored AS media_news,
            told.transcript AND NOT held.transcript_ready AS transcript_news),
  noted AS (
    INSERT INTO call_leases (job_id, call_id, leased_until)
    SELECT job_id, call_id, $6 FROM extended
    ON CONFLICT (job_id, call_id) DO UPDATE SET leased_until = excluded.leased_until)
  SELECT job_id, call_id, media_news, transcript_news FROM extended)sql";

constexpr char kLockHeld[] = R"sql(
  SELECT call_id, job_id, lease_number, state, failures, media_stored, transcript_ready
  FROM imported_calls
  WHERE call_id = ANY ($1::uuid[]) AND leased_until IS NOT NULL
  ORDER BY call_id FOR UPDATE)sql";

constexpr char kEnd[] = R"sql(
  WITH gone AS (
  UPDATE imported_calls AS call
  SET state = ended.state, available_at = ended.available_at,
      deferred = coalesce(ended.available_at > $10::timestamptz, false), leased_until = NULL,
      leased_by = NULL, failures = ended.failures, media_stored = ended.media,
      transcript_ready = ended.transcript, engagement_id = ended.engagement_id,
      error_reason = ended.reason, error_message = ended.message,
      failed_at = CASE WHEN ended.state = 'FAILED' THEN $10::timestamptz END
  FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[], $5::boolean[], $6::boolean[],
              $7::text[], $8::text[], $9::text[])
    AS ended (call_id, state, available_at, failures, media, transcript, engagement_id, reason,
              message)
  WHERE call.call_id = ended.call_id
  RETURNING call.job_id, call.call_id)
  DELETE FROM call_leases USING gone
  WHERE call_leases.job_id = gone.job_id AND call_leases.call_id = gone.call_id)sql";

constexpr char kReturn[] = R"sql(
  WITH held AS MATERIALIZED (
    SELECT call_id FROM imported_calls
    WHERE call_id = ANY ($1::uuid[]) AND leased_until IS NOT NULL
    ORDER BY call_id FOR UPDATE),
  returned AS (
  UPDATE imported_calls AS call
  SET state = $3, leased_until = NULL, leased_by = NULL
  FROM unnest($1::uuid[], $2::bigint[]) AS given (call_id, lease_number) JOIN held USING (call_id)
  WHERE call.call_id = given.call_id AND call.lease_number = given.lease_number
  RETURNING call.job_id, call.call_id),
  gone AS (
    DELETE FROM call_leases USING returned
    WHERE call_leases.job_id = returned.job_id AND call_leases.call_id = returned.call_id)
  SELECT job_id FROM returned)sql";

// The calls are locked before their leases, as everybody does.
constexpr char kReturnExpired[] = R"sql(
  WITH expired AS MATERIALIZED (
    SELECT job_id, call_id FROM call_leases
    WHERE leased_until <= $1 ORDER BY leased_until LIMIT $2),
  returned AS (
    UPDATE imported_calls SET state = $3, leased_until = NULL, leased_by = NULL
    WHERE call_id = ANY (ARRAY (
      SELECT call_id FROM imported_calls
      WHERE call_id = ANY (ARRAY (SELECT call_id FROM expired)) AND leased_until <= $1
      ORDER BY call_id FOR UPDATE SKIP LOCKED))
    RETURNING job_id, call_id),
  gone AS (
    DELETE FROM call_leases USING returned
    WHERE call_leases.job_id = returned.job_id AND call_leases.call_id = returned.call_id)
  SELECT call_id FROM returned)sql";

constexpr char kWake[] = R"sql(
  UPDATE imported_calls SET deferred = false
  WHERE call_id = ANY (ARRAY (
    SELECT call_id FROM imported_calls
    WHERE deferred AND available_at <= $1
    ORDER BY available_at, call_id LIMIT $2 FOR UPDATE SKIP LOCKED)))sql";

// Many calls that waited for one quota come due at once.
constexpr int kWokenAtOnce = 1'000;

std::string WithRecords(const char* lease) {
  return std::string("WITH leased AS (") + lease + ")" + kWithRecords;
}

LeasedCall LeasedFrom(const pqxx::row& row) {
  LeasedCall call{.lease = {row["call_id"].as<std::string>(), row["lease_number"].as<int64_t>()},
                  .job_id = row["job_id"].as<std::string>(),
                  .workspace_id = row["workspace_id"].as<std::string>(),
                  .credential_id = row["credential_id"].as<std::string>(),
                  .platform = row["platform"].as<std::string>(),
                  .correlation_id = row["correlation_id"].as<std::string>(),
                  .record = {},
                  .failures = row["failures"].as<int>(),
                  .job_epoch = row["epoch"].as<int64_t>(),
                  .work_class = WorkClassOf(row["work_class"].as<std::string>())};
  call.record.ParseFromString(postgres::FromBytea(row["record"]));
  return call;
}

std::vector<std::string> IdsOf(const std::vector<Lease>& leases) {
  std::vector<std::string> ids;
  ids.reserve(leases.size());
  for (const Lease& lease : leases) ids.push_back(lease.call_id);
  return ids;
}

std::vector<int64_t> NumbersOf(const std::vector<Lease>& leases) {
  std::vector<int64_t> numbers;
  numbers.reserve(leases.size());
  for (const Lease& lease : leases) numbers.push_back(lease.number);
  return numbers;
}

Lease LeaseFrom(const pqxx::row& row) {
  return {row["call_id"].as<std::string>(), row["lease_number"].as<int64_t>()};
}

// Rows whose lease number is another one are somebody else's lease of the same call.
class Asked {
 public:
  explicit Asked(const std::vector<Lease>& leases) : leases_(leases.begin(), leases.end()) {}
  bool Has(const Lease& lease) const { return leases_.contains(lease); }

 private:
  std::set<Lease> leases_;
};

std::string BoolText(bool value) { return value ? "t" : "f"; }

}  // namespace

std::vector<LeasedCall> LeaseOfJobs(pqxx::work& tx, const LeaseTerms& terms,
                                    const std::map<std::string, int>& calls_of_job) {
  std::vector<std::string> job_ids;
  std::vector<int64_t> calls;
  for (const auto& [job_id, count] : calls_of_job) {
    job_ids.push_back(job_id);
    calls.push_back(count);
  }
  std::vector<LeasedCall> leased;
  for (const pqxx::row& row : postgres::ExecPrepared(
           tx, "lease_of_jobs", WithRecords(kLeaseOfJobs), NameOf(TargetOf(CallEvent::kLeased)),
           terms.worker, postgres::ToSql(terms.until), postgres::ToSql(terms.now),
           postgres::ToArray(job_ids), postgres::ToArray(calls))) {
    leased.push_back(LeasedFrom(row));
  }
  return leased;
}

void WakeDeferred(pqxx::work& tx, Timestamp now) {
  postgres::ExecPrepared(tx, "wake_deferred", kWake, postgres::ToSql(now), kWokenAtOnce);
}

LeasedCall LeaseOneCall(pqxx::work& tx, const LeaseTerms& terms, const std::string& call_id) {
  return LeasedFrom(tx.exec_params1(WithRecords(kLeaseOne), NameOf(TargetOf(CallEvent::kLeased)),
                                    terms.worker, postgres::ToSql(terms.until), call_id));
}

std::vector<HeldLease> FindHeld(pqxx::work& tx, const std::vector<Lease>& leases) {
  const Asked asked(leases);
  std::vector<HeldLease> held;
  for (const pqxx::row& row : tx.exec_params(kFindHeld, postgres::ToArray(IdsOf(leases)))) {
    const Lease lease = LeaseFrom(row);
    if (!asked.Has(lease)) continue;
    held.push_back({.lease = lease,
                    .until = postgres::TimeFromSql(row["leased_until"]),
                    .stage = CallStateOf(row["state"].as<std::string>()),
                    .halted = row["halted"].as<bool>(),
                    .job_epoch = row["epoch"].as<int64_t>()});
  }
  return held;
}

std::vector<PassedStage> ExtendLeases(pqxx::work& tx, const std::vector<LeaseProgress>& leases,
                                      Timestamp until) {
  std::vector<std::string> ids;
  std::vector<int64_t> numbers;
  std::vector<std::string> stages;
  std::vector<std::string> media;
  std::vector<std::string> transcripts;
  for (const LeaseProgress& progress : leases) {
    ids.push_back(progress.lease.call_id);
    numbers.push_back(progress.lease.number);
    stages.push_back(NameOf(progress.stage));
    media.push_back(BoolText(progress.stage != common::v1::CALL_STATE_DOWNLOADING));
    transcripts.push_back(BoolText(progress.stage == common::v1::CALL_STATE_PROCESSING));
  }
  std::vector<PassedStage> passed;
  for (const pqxx::row& row : tx.exec_params(
           kExtend, postgres::ToArray(ids), postgres::ToArray(numbers), postgres::ToArray(stages),
           postgres::ToArray(media), postgres::ToArray(transcripts), postgres::ToSql(until))) {
    passed.push_back({.job_id = row["job_id"].as<std::string>(),
                      .call_id = row["call_id"].as<std::string>(),
                      .media_stored = row["media_news"].as<bool>(),
                      .transcript_ready = row["transcript_news"].as<bool>()});
  }
  return passed;
}

std::vector<CallInWork> LockHeld(pqxx::work& tx, const std::vector<Lease>& leases) {
  const Asked asked(leases);
  std::vector<CallInWork> calls;
  for (const pqxx::row& row : tx.exec_params(kLockHeld, postgres::ToArray(IdsOf(leases)))) {
    if (!asked.Has(LeaseFrom(row))) continue;
    calls.push_back({.call_id = row["call_id"].as<std::string>(),
                     .lease_number = row["lease_number"].as<int64_t>(),
                     .job_id = row["job_id"].as<std::string>(),
                     .state = CallStateOf(row["state"].as<std::string>()),
                     .failures = row["failures"].as<int>(),
                     .media_stored = row["media_stored"].as<bool>(),
                     .transcript_ready = row["transcript_ready"].as<bool>()});
  }
  return calls;
}

void EndAttempts(pqxx::work& tx, const std::vector<EndedAttempt>& attempts, Timestamp now) {
  std::vector<std::string> ids;
  std::vector<std::string> states;
  std::vector<std::optional<std::string>> available;
  std::vector<int64_t> failures;
  std::vector<std::string> media;
  std::vector<std::string> transcripts;
  std::vector<std::optional<std::string>> engagements;
  std::vector<std::optional<std::string>> reasons;
  std::vector<std::optional<std::string>> messages;
  for (const auto& [call_id, verdict] : attempts) {
    ids.push_back(call_id);
    states.push_back(NameOf(verdict.state));
    available.emplace_back();
    if (verdict.available_at) available.back() = postgres::ToSql(*verdict.available_at);
    failures.push_back(verdict.failures);
    media.push_back(BoolText(verdict.media_stored));
    transcripts.push_back(BoolText(verdict.transcript_ready));
    engagements.push_back(postgres::NullWhenEmpty(verdict.engagement_id));
    reasons.push_back(postgres::NullWhenEmpty(verdict.error_reason));
    messages.push_back(postgres::NullWhenEmpty(verdict.error_message));
  }
  tx.exec_params(kEnd, postgres::ToArray(ids), postgres::ToArray(states),
                 postgres::ToArray(available), postgres::ToArray(failures),
                 postgres::ToArray(media), postgres::ToArray(transcripts),
                 postgres::ToArray(engagements), postgres::ToArray(reasons),
                 postgres::ToArray(messages), postgres::ToSql(now));
}

std::vector<std::string> ReturnLeased(pqxx::work& tx, const std::vector<Lease>& leases) {
  std::vector<std::string> job_ids;
  for (const pqxx::row& row : tx.exec_params(kReturn, postgres::ToArray(IdsOf(leases)),
                                             postgres::ToArray(NumbersOf(leases)),
                                             NameOf(TargetOf(CallEvent::kReturned)))) {
    job_ids.push_back(row[0].as<std::string>());
  }
  return job_ids;
}

int64_t ReturnExpired(pqxx::work& tx, Timestamp now, int limit) {
  TakeRowsInIndexOrder(tx);
  return static_cast<int64_t>(tx.exec_params(kReturnExpired, postgres::ToSql(now), limit,
                                             NameOf(TargetOf(CallEvent::kReturned)))
                                  .size());
}

}  // namespace callimport::job_scheduler
