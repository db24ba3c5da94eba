#include "services/job-scheduler/storage/import_jobs_table.h"

#include "libs/postgres/values.h"
#include "services/job-scheduler/storage/attributes_json.h"
#include "services/job-scheduler/storage/enum_names.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kColumns[] = R"sql(
  job_id, workspace_id, credential_id, platform, job_type, state, range_start, range_end,
  total_calls, exactness, listed_calls, listing_done, duplicate_calls, completed_calls,
  failed_calls, skipped_calls, media_stored, transcripts_ready, media_bytes, error_count,
  current_item, last_error, listing_error, listing_refused, created_by_kind, created_by_name,
  correlation_id, created_at, updated_at, started_at, finished_at, work_class, priority, epoch,
  run_now, quote_id, filter_attributes, paused_from, warning_count, billed_calls,
  finish_earliest, finish_latest, charge_month, free_held, billable_calls, cost_per_call_cents,
  charged_calls, other_records, waits)sql";

constexpr char kInsert[] = R"sql(
  INSERT INTO import_jobs (job_id, workspace_id, credential_id, platform, job_type, state,
                           range_start, range_end, request_id, request_digest, created_by_kind,
                           created_by_name, correlation_id, created_at, plan_after, work_class,
                           priority, epoch, run_now, quote_id, filter_attributes)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16, $17, $18, $19,
          $20)
  ON CONFLICT (workspace_id, request_id) DO NOTHING)sql";

constexpr char kFind[] = "FROM import_jobs WHERE workspace_id = $1 AND job_id = $2";

constexpr char kFindAnywhere[] = "FROM import_jobs WHERE job_id = $1";

constexpr char kFindRequested[] =
    ", request_digest FROM import_jobs WHERE workspace_id = $1 AND request_id = $2";

constexpr char kList[] = R"sql(
  FROM import_jobs
  WHERE workspace_id = $1 AND ($2::uuid IS NULL OR job_id < $2)
    AND ($5::text IS NULL OR credential_id = $5)
    AND (cardinality($3::text[]) = 0 OR state = ANY ($3))
    AND (cardinality($6::text[]) = 0 OR job_type = ANY ($6))
  ORDER BY job_id DESC LIMIT $4)sql";

constexpr char kListOpen[] = "FROM import_jobs WHERE finished_at IS NULL ORDER BY job_id";

// The numbers change with every batch and are in no index, so each open job costs a look at its
// row.
constexpr char kCountOpenCalls[] = R"sql(
  SELECT coalesce(sum(listed_calls - duplicate_calls - completed_calls - failed_calls
                        - skipped_calls), 0)::bigint
  FROM import_jobs WHERE finished_at IS NULL)sql";

constexpr char kListCancelling[] = R"sql(
  SELECT job_id FROM import_jobs
  WHERE state = 'CANCELLING' ORDER BY job_id)sql";

constexpr char kFindStandings[] =
    "SELECT job_id, state, epoch, workspace_id, credential_id FROM import_jobs "
    "WHERE job_id = ANY ($1::uuid[])";

constexpr char kLock[] = R"sql(
  FROM import_jobs WHERE job_id = ANY ($1::uuid[]) ORDER BY job_id FOR NO KEY UPDATE)sql";

// The vault has not been told of a new end, whatever it was told of an earlier one.
constexpr char kSave[] = R"sql(
  UPDATE import_jobs
  SET platform = $2, state = $3, total_calls = $4, exactness = $5, listed_calls = $6,
      listing_done = $7, duplicate_calls = $8, completed_calls = $9, failed_calls = $10,
      skipped_calls = $11, media_stored = $12, transcripts_ready = $13, media_bytes = $14,
      error_count = $15, current_item = $16, last_error = $17, listing_error = $18,
      listing_refused = $19, started_at = $20, finished_at = $21, updated_at = now(),
      work_class = $22, priority = $23, epoch = $24, run_now = $25, paused_from = $26,
      warning_count = $27, billed_calls = $28, finish_earliest = $29, finish_latest = $30,
      charge_month = $31, free_held = $32, billable_calls = $33, cost_per_call_cents = $34,
      charged_calls = $35, other_records = $36, waits = $37,
      credential_released = credential_released
        AND (finished_at IS NOT NULL OR $21::timestamptz IS NULL)
  WHERE job_id = $1)sql";

std::string Select(const char* rest) { return std::string("SELECT ") + kColumns + " " + rest; }

std::optional<std::string> NullableName(const std::optional<JobState>& state) {
  if (!state) return std::nullopt;
  return NameOf(*state);
}

std::optional<JobState> NullableState(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return JobStateOf(field.as<std::string>());
}

// The counts of records that are no calls have no columns: few sources have any.
pqxx::binarystring OtherRecordsOf(const common::v1::Progress& progress) {
  common::v1::Progress others;
  *others.mutable_kinds() = progress.kinds();
  return pqxx::binarystring(others.SerializeAsString());
}

// Kept as a status with nothing else.
pqxx::binarystring BytesOf(const std::vector<common::v1::Wait>& waits) {
  common::v1::JobStatus status;
  for (const common::v1::Wait& wait : waits) *status.add_waits() = wait;
  return pqxx::binarystring(status.SerializeAsString());
}

std::vector<common::v1::Wait> WaitsFrom(const pqxx::field& field) {
  common::v1::JobStatus status;
  status.ParseFromString(postgres::FromBytea(field));
  return {status.waits().begin(), status.waits().end()};
}

common::v1::Progress ProgressFrom(const pqxx::row& row) {
  common::v1::Progress progress;
  progress.ParseFromString(postgres::FromBytea(row["other_records"]));
  if (!row["total_calls"].is_null()) progress.set_total_calls(row["total_calls"].as<int64_t>());
  progress.set_exactness(static_cast<common::v1::Exactness>(row["exactness"].as<int>()));
  progress.set_listed_calls(row["listed_calls"].as<int64_t>());
  progress.set_listing_done(row["listing_done"].as<bool>());
  progress.set_duplicate_calls(row["duplicate_calls"].as<int64_t>());
  progress.set_completed_calls(row["completed_calls"].as<int64_t>());
  progress.set_failed_calls(row["failed_calls"].as<int64_t>());
  progress.set_skipped_calls(row["skipped_calls"].as<int64_t>());
  progress.set_media_stored(row["media_stored"].as<int64_t>());
  progress.set_transcripts_ready(row["transcripts_ready"].as<int64_t>());
  progress.set_media_bytes(row["media_bytes"].as<int64_t>());
  progress.set_errors(row["error_count"].as<int64_t>());
  progress.set_warnings(row["warning_count"].as<int64_t>());
  progress.set_billed_calls(row["billed_calls"].as<int64_t>());
  return progress;
}

JobCharge ChargeFrom(const pqxx::row& row) {
  return {.month = row["charge_month"].as<std::string>(),
          .free_held = row["free_held"].as<int64_t>(),
          .billable = row["billable_calls"].as<int64_t>(),
          .cost_per_call_cents = row["cost_per_call_cents"].as<int32_t>(),
          .billed = row["charged_calls"].as<int64_t>()};
}

ImportJob JobFrom(const pqxx::row& row) {
  ImportJob job;
  job.job_id = row["job_id"].as<std::string>();
  job.workspace_id = row["workspace_id"].as<std::string>();
  job.credential_id = row["credential_id"].as<std::string>();
  job.platform = row["platform"].as<std::string>();
  job.kind = JobKindOf(row["job_type"].as<std::string>());
  job.window = {postgres::TimeFromSql(row["range_start"]), postgres::TimeFromSql(row["range_end"])};
  job.attributes = AttributesFromJson(row["filter_attributes"].as<std::string>());
  job.work_class = WorkClassOf(row["work_class"].as<std::string>());
  job.priority = row["priority"].as<int>();
  job.run_now = row["run_now"].as<bool>();
  job.quote_id = row["quote_id"].as<std::string>();
  job.charge = ChargeFrom(row);
  job.state = JobStateOf(row["state"].as<std::string>());
  job.epoch = row["epoch"].as<int64_t>();
  job.paused_from = NullableState(row["paused_from"]);
  job.progress = ProgressFrom(row);
  job.current_item = row["current_item"].as<std::string>();
  job.last_error = row["last_error"].as<std::string>();
  job.listing_error = row["listing_error"].as<std::string>();
  job.listing_refused = row["listing_refused"].as<bool>();
  job.created_by.set_kind(static_cast<common::v1::Actor::Kind>(row["created_by_kind"].as<int>()));
  job.created_by.set_name(row["created_by_name"].as<std::string>());
  job.correlation_id = row["correlation_id"].as<std::string>();
  job.created_at = postgres::TimeFromSql(row["created_at"]);
  job.updated_at = postgres::TimeFromSql(row["updated_at"]);
  job.started_at = postgres::NullableTime(row["started_at"]);
  job.finished_at = postgres::NullableTime(row["finished_at"]);
  job.finish_earliest = postgres::NullableTime(row["finish_earliest"]);
  job.finish_latest = postgres::NullableTime(row["finish_latest"]);
  job.waits = WaitsFrom(row["waits"]);
  return job;
}

std::optional<ImportJob> FirstOf(const pqxx::result& found) {
  if (found.empty()) return std::nullopt;
  return JobFrom(found[0]);
}

std::vector<ImportJob> AllOf(const pqxx::result& found) {
  std::vector<ImportJob> jobs;
  for (const pqxx::row& row : found) jobs.push_back(JobFrom(row));
  return jobs;
}

}  // namespace

bool InsertJob(pqxx::work& tx, const ImportJob& job, const JobRequest& request) {
  return tx.exec_params(
               kInsert, job.job_id, job.workspace_id, job.credential_id, job.platform,
               NameOf(job.kind), NameOf(job.state), postgres::ToSql(job.window.start),
               postgres::ToSql(job.window.end), postgres::NullWhenEmpty(request.request_id),
               postgres::ToBytea(request.digest), int{job.created_by.kind()}, job.created_by.name(),
               job.correlation_id, postgres::ToSql(job.created_at), NameOf(job.work_class),
               job.priority, job.epoch, job.run_now, job.quote_id, AttributesToJson(job.attributes))
             .affected_rows() > 0;
}

std::optional<ImportJob> FindJob(pqxx::work& tx, const std::string& workspace_id,
                                 const std::string& job_id) {
  return FirstOf(tx.exec_params(Select(kFind), workspace_id, job_id));
}

std::optional<ImportJob> FindJobAnywhere(pqxx::work& tx, const std::string& job_id) {
  return FirstOf(tx.exec_params(Select(kFindAnywhere), job_id));
}

std::optional<RequestedJob> FindRequested(pqxx::work& tx, const std::string& workspace_id,
                                          const std::string& request_id) {
  const pqxx::result found = tx.exec_params(Select(kFindRequested), workspace_id, request_id);
  if (found.empty()) return std::nullopt;
  return RequestedJob{JobFrom(found[0]), postgres::FromBytea(found[0]["request_digest"])};
}

std::vector<ImportJob> ListJobs(pqxx::work& tx, const JobList& list) {
  std::vector<std::string> states;
  states.reserve(list.states.size());
  for (const JobState state : list.states) states.push_back(NameOf(state));
  std::vector<std::string> kinds;
  kinds.reserve(list.kinds.size());
  for (const JobKind kind : list.kinds) kinds.push_back(NameOf(kind));
  return AllOf(
      tx.exec_params(Select(kList), list.workspace_id, postgres::NullWhenEmpty(list.before_job_id),
                     postgres::ToArray(states), list.limit,
                     postgres::NullWhenEmpty(list.credential_id), postgres::ToArray(kinds)));
}

std::vector<ImportJob> ListOpenJobs(pqxx::work& tx) { return AllOf(tx.exec(Select(kListOpen))); }

int64_t CountOpenCalls(pqxx::work& tx) { return tx.exec1(kCountOpenCalls)[0].as<int64_t>(); }

std::vector<std::string> ListCancellingJobs(pqxx::work& tx) {
  std::vector<std::string> job_ids;
  for (const pqxx::row& row : tx.exec(kListCancelling)) {
    job_ids.push_back(row[0].as<std::string>());
  }
  return job_ids;
}

std::unordered_map<std::string, JobStanding> FindStandings(
    pqxx::work& tx, const std::vector<std::string>& job_ids) {
  std::unordered_map<std::string, JobStanding> standings;
  for (const pqxx::row& row : tx.exec_params(kFindStandings, postgres::ToArray(job_ids))) {
    standings[row["job_id"].as<std::string>()] = {
        .state = JobStateOf(row["state"].as<std::string>()),
        .epoch = row["epoch"].as<int64_t>(),
        .workspace_id = row["workspace_id"].as<std::string>(),
        .credential_id = row["credential_id"].as<std::string>()};
  }
  return standings;
}

std::vector<ImportJob> LockJobs(pqxx::work& tx, const std::vector<std::string>& job_ids) {
  return AllOf(tx.exec_params(Select(kLock), postgres::ToArray(job_ids)));
}

void SaveJob(pqxx::work& tx, const ImportJob& job) {
  const common::v1::Progress& progress = job.progress;
  const std::optional<int64_t> total =
      progress.has_total_calls() ? std::optional<int64_t>(progress.total_calls()) : std::nullopt;
  tx.exec_params(kSave, job.job_id, job.platform, NameOf(job.state), total,
                 int{progress.exactness()}, progress.listed_calls(), progress.listing_done(),
                 progress.duplicate_calls(), progress.completed_calls(), progress.failed_calls(),
                 progress.skipped_calls(), progress.media_stored(), progress.transcripts_ready(),
                 progress.media_bytes(), progress.errors(), job.current_item, job.last_error,
                 job.listing_error, job.listing_refused, postgres::ToSql(job.started_at),
                 postgres::ToSql(job.finished_at), NameOf(job.work_class), job.priority, job.epoch,
                 job.run_now, NullableName(job.paused_from), progress.warnings(),
                 progress.billed_calls(), postgres::ToSql(job.finish_earliest),
                 postgres::ToSql(job.finish_latest), job.charge.month, job.charge.free_held,
                 job.charge.billable, job.charge.cost_per_call_cents, job.charge.billed,
                 OtherRecordsOf(progress), BytesOf(job.waits));
}

}  // namespace callimport::job_scheduler
