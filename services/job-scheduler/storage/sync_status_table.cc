#include "services/job-scheduler/storage/sync_status_table.h"

#include <stdexcept>

#include "libs/postgres/values.h"
#include "services/job-scheduler/domain/job_states.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO sync_status (job_id, workspace_id, credential_id, reason, range_start, range_end,
                           synced_before, newest_first, call_limit, state, started_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))sql";

constexpr char kFind[] = R"sql(
  SELECT workspace_id, credential_id, reason, range_start, range_end, synced_before, newest_first,
         call_limit, new_calls, cut_at, late_seconds
  FROM sync_status WHERE job_id = $1)sql";

constexpr char kSave[] = R"sql(
  UPDATE sync_status
  SET range_start = $2, call_limit = $3, new_calls = $4, cut_at = $5, late_seconds = $6
  WHERE job_id = $1)sql";

constexpr char kEnd[] = R"sql(
  UPDATE sync_status SET state = $2, calls_imported = $3, finished_at = $4 WHERE job_id = $1)sql";

std::string NameOf(SyncReason reason) {
  switch (reason) {
    case SyncReason::kFirst:
      return "FIRST";
    case SyncReason::kScheduled:
      return "SCHEDULED";
    case SyncReason::kAsked:
      return "ASKED";
    case SyncReason::kReconcile:
      return "RECONCILE";
  }
  throw std::invalid_argument("no such reason");
}

SyncReason ReasonOf(const std::string& name) {
  if (name == "FIRST") return SyncReason::kFirst;
  if (name == "ASKED") return SyncReason::kAsked;
  return name == "RECONCILE" ? SyncReason::kReconcile : SyncReason::kScheduled;
}

}  // namespace

void InsertSyncStatus(pqxx::work& tx, const SyncStatus& status, Timestamp now) {
  tx.exec_params(kInsert, status.job_id, status.source.workspace_id, status.source.credential_id,
                 NameOf(status.plan.reason), postgres::ToSql(status.plan.window.start),
                 postgres::ToSql(status.plan.window.end), postgres::ToSql(status.synced_before),
                 status.plan.newest_first, status.call_limit,
                 job_scheduler::NameOf(common::v1::JOB_STATE_PENDING), postgres::ToSql(now));
}

std::optional<SyncStatus> FindSyncStatus(pqxx::work& tx, const std::string& job_id) {
  const pqxx::result found = tx.exec_params(kFind, job_id);
  if (found.empty()) return std::nullopt;
  const pqxx::row row = found[0];
  SyncStatus status;
  status.job_id = job_id;
  status.source = {row["workspace_id"].as<std::string>(), row["credential_id"].as<std::string>()};
  status.plan.reason = ReasonOf(row["reason"].as<std::string>());
  status.plan.window = {postgres::TimeFromSql(row["range_start"]),
                        postgres::TimeFromSql(row["range_end"])};
  status.plan.newest_first = row["newest_first"].as<bool>();
  status.synced_before = postgres::NullableTime(row["synced_before"]);
  status.call_limit = postgres::Nullable<int64_t>(row["call_limit"]);
  status.new_calls = row["new_calls"].as<int64_t>();
  status.cut_at = postgres::NullableTime(row["cut_at"]);
  status.late = std::chrono::seconds(row["late_seconds"].as<int64_t>());
  return status;
}

void SaveSyncStatus(pqxx::work& tx, const SyncStatus& status) {
  tx.exec_params(kSave, status.job_id, postgres::ToSql(status.plan.window.start), status.call_limit,
                 status.new_calls, postgres::ToSql(status.cut_at), int64_t{status.late.count()});
}

void EndSyncStatus(pqxx::work& tx, const EndedSync& ended) {
  tx.exec_params(kEnd, ended.job_id, job_scheduler::NameOf(ended.state), ended.calls_imported,
                 postgres::ToSql(ended.ended_at));
}

}  // namespace callimport::job_scheduler
