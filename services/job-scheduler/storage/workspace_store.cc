#include "services/job-scheduler/storage/workspace_store.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/domain/maintenance.h"
#include "services/job-scheduler/storage/audit_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

absl::Status CustomerIdTaken() {
  return Error(absl::StatusCode::kAlreadyExists, "CUSTOMER_ID_TAKEN",
               "another workspace is known by this id");
}

// An id of one workspace must never lead to another.
absl::Status CheckCustomerId(pqxx::work& tx, const std::string& workspace_id,
                             const WorkspaceChange& change) {
  const std::string wanted = change.customer_id.value_or("");
  if (wanted.empty() || wanted == workspace_id || !IsKnownWorkspace(tx, wanted)) {
    return absl::OkStatus();
  }
  return CustomerIdTaken();
}

template <typename T>
void Tell(const char* what, const std::optional<T>& value, std::string& text) {
  if (!value) return;
  if (!text.empty()) text += ", ";
  text += what;
  text += " = ";
  if constexpr (std::is_same_v<T, std::string>) {
    text += *value;
  } else if constexpr (std::is_same_v<T, bool>) {
    text += *value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, BulkHours>) {
    text += std::to_string(value->start) + " to " + std::to_string(value->end);
  } else {
    text += std::to_string(*value);
  }
}

std::string Describe(const WorkspaceChange& change) {
  std::string text;
  Tell("customer_id", change.customer_id, text);
  Tell("time_zone", change.time_zone, text);
  Tell("bulk_window", change.bulk_hours, text);
  Tell("bulk_calls_per_window", change.bulk_calls_per_window, text);
  Tell("free_calls_per_month", change.free_calls_per_month, text);
  Tell("weight", change.weight, text);
  Tell("max_running_jobs", change.max_running_jobs, text);
  Tell("live", change.live, text);
  Tell("syncs_enabled", change.syncs_enabled, text);
  return text;
}

}  // namespace

absl::StatusOr<std::string> WorkspaceStore::Resolve(const std::string& name) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    const std::string workspace_id = FindWorkspaceOfCustomer(tx, name);
    return workspace_id.empty() ? name : workspace_id;
  });
}

absl::StatusOr<WorkspaceSettings> WorkspaceStore::Find(const std::string& workspace_id) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return FindWorkspace(tx, workspace_id, defaults_); });
}

absl::Status WorkspaceStore::CheckOpen(const std::string& workspace_id) {
  ASSIGN_OR_RETURN(const WorkspaceSettings settings, Find(workspace_id));
  return job_scheduler::CheckOpen(settings);
}

absl::StatusOr<WorkspaceSettings> WorkspaceStore::Update(const std::string& workspace_id,
                                                         const WorkspaceChange& change,
                                                         const common::v1::Actor& actor,
                                                         const std::string& correlation_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<WorkspaceSettings> {
    RETURN_IF_ERROR(CheckCustomerId(tx, workspace_id, change));
    if (!SaveWorkspace(tx, workspace_id, change)) return CustomerIdTaken();
    WorkspaceSettings settings = FindWorkspace(tx, workspace_id, defaults_);
    AppendAudit(tx, {.workspace_id = workspace_id,
                     .object_id = workspace_id,
                     .action = "update_workspace",
                     .actor = actor,
                     .correlation_id = correlation_id,
                     .detail = Describe(change)});
    return settings;
  });
}

absl::StatusOr<FreeCalls> WorkspaceStore::Usage(const std::string& workspace_id,
                                                const std::string& month) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    FreeCalls used = FindFreeCalls(tx, workspace_id, defaults_, clock_.Now());
    if (month.empty() || month == used.month) return used;
    used.month = month;
    used.usage = FindUsage(tx, workspace_id, month);
    used.left = 0;
    return used;
  });
}

}  // namespace callimport::job_scheduler
