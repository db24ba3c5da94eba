#include "services/job-scheduler/storage/waits_table.h"

#include <algorithm>

#include "libs/postgres/values.h"
#include "services/job-scheduler/domain/bulk_window.h"
#include "services/job-scheduler/domain/start_limits.h"
#include "services/job-scheduler/storage/credential_refusals_table.h"
#include "services/job-scheduler/storage/enum_names.h"
#include "services/job-scheduler/storage/held_workspaces.h"

namespace callimport::job_scheduler {
namespace {

// More than that says no more to people, and costs.
constexpr int kMostCounted = 100'000;

constexpr char kFindUnwatched[] = R"sql(
  SELECT job_id FROM import_jobs
  WHERE finished_at IS NULL AND (pace_at IS NULL OR pace_at <= $1)
  ORDER BY pace_at NULLS FIRST, job_id LIMIT $2)sql";

constexpr char kFindPace[] =
    "SELECT pace_calls, pace_at, active_seconds FROM import_jobs WHERE job_id = $1";

constexpr char kSavePace[] = R"sql(
  UPDATE import_jobs SET pace_calls = $2, pace_at = $3, active_seconds = $4 WHERE job_id = $1)sql";

constexpr char kCountLeased[] =
    "SELECT count(*) FROM call_leases WHERE job_id = $1 AND leased_until > $2";

constexpr char kOthersLeased[] = R"sql(
  SELECT count(*) FROM (
    SELECT FROM call_leases WHERE leased_until > $2 AND job_id <> $1 LIMIT 1) AS other)sql";

constexpr char kCountDeferred[] = R"sql(
  SELECT error_reason, count(*) AS calls, min(available_at) AS first,
         max(available_at) AS last
  FROM (
    SELECT coalesce(error_reason, '') AS error_reason, available_at
    FROM imported_calls WHERE job_id = $1 AND deferred
    ORDER BY available_at LIMIT $2) AS waiting
  GROUP BY error_reason)sql";

constexpr char kFindListing[] = R"sql(
  SELECT plan_after, plan_failures FROM import_jobs
  WHERE job_id = $1 AND NOT listing_done AND NOT listing_refused AND planned_until IS NULL
    AND plan_after > $2)sql";

constexpr char kFindStarts[] = R"sql(
  SELECT in_window FROM credential_starts
  WHERE workspace_id = $1 AND credential_id = $2 AND window_at = $3)sql";

constexpr char kFindParkings[] = R"sql(
  SELECT work_class, parked_until FROM credential_parkings
  WHERE workspace_id = $1 AND credential_id = $2 AND parked_until > $3)sql";

// Speed: what the running jobs have done, in the time since each began.
constexpr char kMeasureBacklog[] = R"sql(
  SELECT count(*) FILTER (WHERE credential_id = $1) AS jobs,
         coalesce(sum(open_calls) FILTER (WHERE credential_id = $1), 0) AS calls,
         coalesce(sum(ended) FILTER (WHERE credential_id = $1), 0) AS ended,
         coalesce(sum(seconds) FILTER (WHERE credential_id = $1), 0) AS seconds,
         coalesce(sum(open_calls), 0) AS all_calls
  FROM (
    SELECT credential_id, completed_calls + failed_calls AS ended,
           greatest(coalesce(total_calls, 0), listed_calls) - completed_calls - failed_calls
             - skipped_calls - duplicate_calls AS open_calls,
           coalesce(greatest(extract(epoch FROM $3::timestamptz - started_at), 0), 0) AS seconds
    FROM import_jobs WHERE finished_at IS NULL AND state <> 'PAUSED' AND job_id <> $2) AS open)sql";

// Fewer calls say nothing about speed.
constexpr int64_t kLeastEnded = 20;

// By why the last attempt was none, or failed. Returns how many.
int64_t FindDeferred(pqxx::work& tx, const std::string& job_id, QueueFacts& facts) {
  int64_t all = 0;
  for (const pqxx::row& row : tx.exec_params(kCountDeferred, job_id, kMostCounted)) {
    const auto reason = row["error_reason"].as<std::string>();
    WaitingCalls& waiting = reason == "QUOTA_EXHAUSTED" ? facts.quota
                            : reason == "BREAKER_OPEN"  ? facts.breaker
                                                        : facts.retry;
    waiting.Add(row["calls"].as<int64_t>(), postgres::TimeFromSql(row["first"]),
                postgres::TimeFromSql(row["last"]));
    all += row["calls"].as<int64_t>();
  }
  return all;
}

std::optional<Timestamp> FindParkedUntil(pqxx::work& tx, const ImportJob& job, Timestamp now) {
  std::vector<Parking> parkings;
  for (const pqxx::row& row :
       tx.exec_params(kFindParkings, job.workspace_id, job.credential_id, postgres::ToSql(now))) {
    parkings.push_back({.work_class = WorkClassOf(row["work_class"].as<std::string>()),
                        .until = postgres::TimeFromSql(row["parked_until"])});
  }
  return ParkedUntil(parkings, job.work_class, now);
}

int64_t FindStartedInWindow(pqxx::work& tx, const ImportJob& job,
                            const WorkspaceSettings& workspace, Timestamp now) {
  const BulkWindow window(workspace.time_zone, workspace.bulk_hours);
  const pqxx::result found = tx.exec_params(kFindStarts, job.workspace_id, job.credential_id,
                                            postgres::ToSql(window.OpenedAt(now)));
  return found.empty() ? 0 : found[0][0].as<int64_t>();
}

void FindListing(pqxx::work& tx, const std::string& job_id, Timestamp now, QueueFacts& facts) {
  const pqxx::result found = tx.exec_params(kFindListing, job_id, postgres::ToSql(now));
  if (found.empty()) return;
  facts.listing_until = postgres::TimeFromSql(found[0]["plan_after"]);
  facts.listing_failed = found[0]["plan_failures"].as<int>() > 0;
}

int64_t CountLeased(pqxx::work& tx, const char* sql, const std::string& job_id, Timestamp now) {
  return tx.exec_params1(sql, job_id, postgres::ToSql(now))[0].as<int64_t>();
}

std::string Describe(const WorkspaceSettings& workspace, const JobPlaces& places) {
  return "At most " + std::to_string(workspace.max_running_jobs) +
         " imports of the workspace run at once, and " + std::to_string(places.of_credential) +
         " of the account; this one begins after one of those before it.";
}

}  // namespace

std::vector<std::string> FindUnwatched(pqxx::work& tx, Timestamp since, int limit) {
  std::vector<std::string> job_ids;
  for (const pqxx::row& row : tx.exec_params(kFindUnwatched, postgres::ToSql(since), limit)) {
    job_ids.push_back(row[0].as<std::string>());
  }
  return job_ids;
}

JobPace FindPace(pqxx::work& tx, const std::string& job_id) {
  const pqxx::row row = tx.exec_params1(kFindPace, job_id);
  return {.calls = row["pace_calls"].as<int64_t>(),
          .at = postgres::NullableTime(row["pace_at"]),
          .active_seconds = row["active_seconds"].as<double>()};
}

void SavePace(pqxx::work& tx, const std::string& job_id, const JobPace& pace) {
  tx.exec_params(kSavePace, job_id, pace.calls, postgres::ToSql(pace.at), pace.active_seconds);
}

QueueFacts FindQueueFacts(pqxx::work& tx, const ImportJob& job, const WorkspaceSettings& workspace,
                          const JobPlaces& places, Timestamp now) {
  QueueFacts facts;
  facts.in_work = CountLeased(tx, kCountLeased, job.job_id, now);
  facts.others_in_work = CountLeased(tx, kOthersLeased, job.job_id, now);
  const int64_t deferred = FindDeferred(tx, job.job_id, facts);
  facts.due = std::max<int64_t>(0, OpenCalls(job) - facts.in_work - deferred);
  facts.parked_until = FindParkedUntil(tx, job, now);
  facts.started_in_window = FindStartedInWindow(tx, job, workspace, now);
  FindListing(tx, job.job_id, now, facts);
  facts.refusal = FindRefusal(tx, {job.workspace_id, job.credential_id});
  facts.maintenance = IsHeld(tx, job.job_id, workspace);
  const bool begun = job.state != common::v1::JOB_STATE_PENDING;
  if (!begun && !HasPlace(tx, job.job_id, now, places)) {
    facts.job_limit = Describe(workspace, places);
  }
  return facts;
}

Backlog MeasureBacklog(pqxx::work& tx, const ImportJob& job, Timestamp now) {
  const pqxx::row row =
      tx.exec_params1(kMeasureBacklog, job.credential_id, job.job_id, postgres::ToSql(now));
  Backlog backlog{.jobs = row["jobs"].as<int64_t>(),
                  .calls = row["calls"].as<int64_t>(),
                  .all_calls = row["all_calls"].as<int64_t>()};
  const auto ended = row["ended"].as<int64_t>();
  const auto seconds = row["seconds"].as<double>();
  if (ended >= kLeastEnded && seconds > 0) {
    backlog.calls_per_second = static_cast<double>(ended) / seconds;
  }
  return backlog;
}

}  // namespace callimport::job_scheduler
