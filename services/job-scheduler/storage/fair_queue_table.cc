#include "services/job-scheduler/storage/fair_queue_table.h"

#include "libs/postgres/prepared.h"
#include "libs/postgres/values.h"
#include "services/job-scheduler/storage/enum_names.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kLock[] = R"sql(
  SET LOCAL idle_in_transaction_session_timeout = '5s';
  SELECT pg_advisory_xact_lock(7103001))sql";

// A step to the next job costs one look into the index. (OFFSET 0 keeps the planner from reading
// all jobs instead, when it expects many steps.)
constexpr char kFindQueued[] = R"sql(
  WITH RECURSIVE queued (job_id) AS (
    (SELECT job_id FROM imported_calls WHERE available_at IS NOT NULL AND NOT deferred
     ORDER BY job_id LIMIT 1)
    UNION ALL
    SELECT (SELECT job_id FROM imported_calls
            WHERE available_at IS NOT NULL AND NOT deferred AND job_id > queued.job_id
            ORDER BY job_id LIMIT 1)
    FROM queued WHERE queued.job_id IS NOT NULL)
  SELECT job.*,
         (SELECT count(*) FROM call_leases
          WHERE call_leases.job_id = queued.job_id AND leased_until > $1) AS leased_calls
  FROM queued CROSS JOIN LATERAL (
    SELECT job_id, workspace_id, credential_id, platform, work_class, priority, run_now,
           state IN ('CANCELLING', 'PAUSED') AS halted, call_cost,
           listed_calls - duplicate_calls - completed_calls - failed_calls - skipped_calls
             AS open_calls
    FROM import_jobs WHERE import_jobs.job_id = queued.job_id OFFSET 0) AS job)sql";

constexpr char kSaveCallCost[] = "UPDATE import_jobs SET call_cost = $2 WHERE job_id = $1";

constexpr char kFindStarts[] = R"sql(
  SELECT workspace_id, credential_id, second_at, in_second, window_at, in_window
  FROM credential_starts JOIN unnest($1::text[], $2::text[]) AS asked (workspace_id, credential_id)
    USING (workspace_id, credential_id))sql";

constexpr char kSaveStarts[] = R"sql(
  INSERT INTO credential_starts (workspace_id, credential_id, second_at, in_second, window_at,
                                 in_window)
  SELECT workspace_id, credential_id, second_at, in_second, window_at, in_window
  FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[], $5::timestamptz[], $6::int[])
    AS count (workspace_id, credential_id, second_at, in_second, window_at, in_window)
  ON CONFLICT (workspace_id, credential_id) DO UPDATE
  SET second_at = excluded.second_at, in_second = excluded.in_second,
      window_at = excluded.window_at, in_window = excluded.in_window)sql";

constexpr char kGiveBack[] = R"sql(
  UPDATE credential_starts
  SET in_window = greatest(0, in_window - given.calls)
  FROM (
    SELECT workspace_id, credential_id, sum(calls)::int AS calls
    FROM unnest($1::uuid[], $2::int[]) AS back (job_id, calls) JOIN import_jobs USING (job_id)
    WHERE work_class = 'BULK' AND NOT run_now AND credential_id <> ''
    GROUP BY workspace_id, credential_id) AS given
  WHERE credential_starts.workspace_id = given.workspace_id
    AND credential_starts.credential_id = given.credential_id)sql";

constexpr char kFindParkings[] = R"sql(
  SELECT workspace_id, credential_id, work_class, parked_until
  FROM credential_parkings WHERE parked_until > $1)sql";

constexpr char kPark[] = R"sql(
  INSERT INTO credential_parkings AS parked (workspace_id, credential_id, work_class, parked_until)
  SELECT workspace_id, credential_id, work_class, parked_until
  FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
    AS parking (workspace_id, credential_id, work_class, parked_until)
  ORDER BY workspace_id, credential_id, work_class
  ON CONFLICT (workspace_id, credential_id, work_class) DO UPDATE
  SET parked_until = greatest(parked.parked_until, excluded.parked_until))sql";

constexpr char kFindTimes[] =
    "SELECT name, virtual_time FROM queue_times WHERE name = ANY ($1::text[])";

constexpr char kSaveTimes[] = R"sql(
  INSERT INTO queue_times (name, virtual_time, used_at)
  SELECT name, virtual_time, $3 FROM unnest($1::text[], $2::float8[]) AS served (name, virtual_time)
  ON CONFLICT (name) DO UPDATE
  SET virtual_time = excluded.virtual_time, used_at = excluded.used_at)sql";

constexpr char kForgetTimes[] = "DELETE FROM queue_times WHERE used_at < $1";
constexpr char kForgetStarts[] =
    "DELETE FROM credential_starts WHERE second_at < $1 AND window_at < $1";
constexpr char kForgetParkings[] = "DELETE FROM credential_parkings WHERE parked_until < $1";
constexpr char kForgetRefusals[] = "DELETE FROM credential_refusals WHERE try_after < $1";
constexpr char kForgetLeases[] = "DELETE FROM call_leases WHERE leased_until < $1";

struct KeyColumns {
  void Add(const CredentialKey& key) {
    workspaces.push_back(key.first);
    credentials.push_back(key.second);
  }
  std::vector<std::string> workspaces;
  std::vector<std::string> credentials;
};

CredentialKey KeyFrom(const pqxx::row& row) {
  return {row["workspace_id"].as<std::string>(), row["credential_id"].as<std::string>()};
}

// Every digit counts: shares are told apart by small differences of large numbers.
std::string ToText(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.17g", value);
  return text;
}

}  // namespace

void LockQueue(pqxx::work& tx) { tx.exec(kLock); }

void SaveCallCost(pqxx::work& tx, const std::string& job_id, double requests) {
  tx.exec_params(kSaveCallCost, job_id, ToText(requests));
}

std::vector<QueuedJob> FindQueuedJobs(pqxx::work& tx, Timestamp now) {
  std::map<std::string, QueuedJob> jobs;
  for (const pqxx::row& row :
       postgres::ExecPrepared(tx, "find_queued", kFindQueued, postgres::ToSql(now))) {
    const auto job_id = row["job_id"].as<std::string>();
    jobs[job_id] = {.job_id = job_id,
                    .credential = KeyFrom(row),
                    .platform = row["platform"].as<std::string>(),
                    .work_class = WorkClassOf(row["work_class"].as<std::string>()),
                    .priority = row["priority"].as<int>(),
                    .run_now = row["run_now"].as<bool>(),
                    .halted = row["halted"].as<bool>(),
                    .open_calls = row["open_calls"].as<int64_t>(),
                    .leased_calls = row["leased_calls"].as<int64_t>(),
                    .call_cost = row["call_cost"].as<double>()};
  }
  std::vector<QueuedJob> in_order;
  in_order.reserve(jobs.size());
  for (auto& [job_id, job] : jobs) in_order.push_back(std::move(job));
  return in_order;
}

std::map<CredentialKey, StartCount> FindStarts(pqxx::work& tx,
                                               const std::vector<CredentialKey>& keys) {
  KeyColumns asked;
  for (const CredentialKey& key : keys) asked.Add(key);
  std::map<CredentialKey, StartCount> starts;
  for (const pqxx::row& row :
       postgres::ExecPrepared(tx, "find_starts", kFindStarts, postgres::ToArray(asked.workspaces),
                              postgres::ToArray(asked.credentials))) {
    starts[KeyFrom(row)] = {.second = postgres::TimeFromSql(row["second_at"]),
                            .in_second = row["in_second"].as<int>(),
                            .window = postgres::TimeFromSql(row["window_at"]),
                            .in_window = row["in_window"].as<int>()};
  }
  return starts;
}

void SaveStarts(pqxx::work& tx, const std::map<CredentialKey, StartCount>& starts) {
  if (starts.empty()) return;
  KeyColumns keys;
  std::vector<std::string> seconds;
  std::vector<int64_t> in_second;
  std::vector<std::string> windows;
  std::vector<int64_t> in_window;
  for (const auto& [key, count] : starts) {
    keys.Add(key);
    seconds.push_back(postgres::ToSql(count.second));
    in_second.push_back(count.in_second);
    windows.push_back(postgres::ToSql(count.window));
    in_window.push_back(count.in_window);
  }
  postgres::ExecPrepared(tx, "save_starts", kSaveStarts, postgres::ToArray(keys.workspaces),
                         postgres::ToArray(keys.credentials), postgres::ToArray(seconds),
                         postgres::ToArray(in_second), postgres::ToArray(windows),
                         postgres::ToArray(in_window));
}

void GiveStartsBack(pqxx::work& tx, const std::map<std::string, int>& calls_of_job) {
  if (calls_of_job.empty()) return;
  std::vector<std::string> job_ids;
  std::vector<int64_t> calls;
  for (const auto& [job_id, count] : calls_of_job) {
    job_ids.push_back(job_id);
    calls.push_back(count);
  }
  tx.exec_params(kGiveBack, postgres::ToArray(job_ids), postgres::ToArray(calls));
}

std::map<CredentialKey, std::vector<Parking>> FindParkings(pqxx::work& tx, Timestamp over_after) {
  std::map<CredentialKey, std::vector<Parking>> parkings;
  for (const pqxx::row& row :
       postgres::ExecPrepared(tx, "find_parkings", kFindParkings, postgres::ToSql(over_after))) {
    parkings[KeyFrom(row)].push_back(
        {.work_class = WorkClassOf(row["work_class"].as<std::string>()),
         .until = postgres::TimeFromSql(row["parked_until"])});
  }
  return parkings;
}

void Park(pqxx::work& tx, const std::map<CredentialKey, std::vector<Parking>>& parkings) {
  if (parkings.empty()) return;
  // The statement may name a row once only.
  std::map<std::pair<CredentialKey, std::string>, Timestamp> latest;
  for (const auto& [key, several] : parkings) {
    for (const Parking& parking : several) {
      Timestamp& until = latest[{key, NameOf(parking.work_class)}];
      until = std::max(until, parking.until);
    }
  }
  KeyColumns keys;
  std::vector<std::string> classes;
  std::vector<std::string> until;
  for (const auto& [name, time] : latest) {
    keys.Add(name.first);
    classes.push_back(name.second);
    until.push_back(postgres::ToSql(time));
  }
  tx.exec_params(kPark, postgres::ToArray(keys.workspaces), postgres::ToArray(keys.credentials),
                 postgres::ToArray(classes), postgres::ToArray(until));
}

VirtualTimes FindTimes(pqxx::work& tx, const std::vector<std::string>& names) {
  VirtualTimes times;
  for (const pqxx::row& row :
       postgres::ExecPrepared(tx, "find_times", kFindTimes, postgres::ToArray(names))) {
    times[row["name"].as<std::string>()] = row["virtual_time"].as<double>();
  }
  return times;
}

void SaveTimes(pqxx::work& tx, const VirtualTimes& times, Timestamp now) {
  if (times.empty()) return;
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const auto& [name, time] : times) {
    names.push_back(name);
    values.push_back(ToText(time));
  }
  postgres::ExecPrepared(tx, "save_times", kSaveTimes, postgres::ToArray(names),
                         postgres::ToArray(values), postgres::ToSql(now));
}

void ForgetIdle(pqxx::work& tx, Timestamp since) {
  for (const char* forget :
       {kForgetTimes, kForgetStarts, kForgetParkings, kForgetRefusals, kForgetLeases}) {
    tx.exec_params(forget, postgres::ToSql(since));
  }
}

}  // namespace callimport::job_scheduler
