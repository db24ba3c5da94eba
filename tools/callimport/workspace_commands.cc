#include <cstdlib>

#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/preview_text.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::Workspaces;

const rpc::InvokeOptions kRead{.attempts = 3};

// "20-8" as hours.
absl::Status TakeWindow(const std::string& text, job_scheduler::v1::BulkWindow& window) {
  int start = 0;
  int end = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%d-%d%c", &start, &end, &rest) != 2) {
    return UsageError("--window takes two hours, such as 20-8");
  }
  window.set_start_hour(start);
  window.set_end_hour(end);
  return absl::OkStatus();
}

absl::StatusOr<bool> SwitchOf(const Arguments& arguments, const std::string& flag) {
  const std::string text = *arguments.Value(flag);
  if (text == "on") return true;
  if (text == "off") return false;
  return UsageError(flag + " takes on or off");
}

absl::StatusOr<int> CountOf(const Arguments& arguments, const std::string& flag) {
  if (arguments.Value(flag) == "0") return 0;
  return NumberOf(arguments, flag, 0);
}

absl::StatusOr<job_scheduler::v1::UpdateWorkspaceRequest> ChangeOf(Session& session,
                                                                   const Arguments& arguments) {
  job_scheduler::v1::UpdateWorkspaceRequest request;
  request.set_workspace_id(session.workspace());
  if (arguments.Has("--customer")) request.set_customer_id(*arguments.Value("--customer"));
  if (arguments.Has("--time-zone")) request.set_time_zone(*arguments.Value("--time-zone"));
  if (arguments.Has("--window")) {
    RETURN_IF_ERROR(TakeWindow(*arguments.Value("--window"), *request.mutable_bulk_window()));
  }
  if (arguments.Has("--calls-per-window")) {
    ASSIGN_OR_RETURN(const int calls, CountOf(arguments, "--calls-per-window"));
    request.set_bulk_calls_per_window(calls);
  }
  if (arguments.Has("--free-calls")) {
    ASSIGN_OR_RETURN(const int calls, CountOf(arguments, "--free-calls"));
    request.set_free_calls_per_month(calls);
  }
  if (arguments.Has("--weight")) {
    ASSIGN_OR_RETURN(const int weight, CountOf(arguments, "--weight"));
    request.set_weight(weight);
  }
  if (arguments.Has("--jobs")) {
    ASSIGN_OR_RETURN(const int jobs, CountOf(arguments, "--jobs"));
    request.set_max_running_jobs(jobs);
  }
  if (arguments.Has("--syncs")) {
    ASSIGN_OR_RETURN(const bool syncs, SwitchOf(arguments, "--syncs"));
    request.set_syncs_enabled(syncs);
  }
  if (arguments.Has("--live")) {
    ASSIGN_OR_RETURN(const bool live, SwitchOf(arguments, "--live"));
    request.set_live(live);
  }
  return request;
}

std::vector<Flag> SettingFlags() {
  return {{"--customer", "ID", "what other systems call it; empty: nothing"},
          {"--time-zone", "ZONE", "such as Europe/Berlin"},
          {"--window", "HOURS", "of bulk imports, such as 20-8; 0-0: always"},
          {"--calls-per-window", "N", "bulk calls of one account; 0: the default"},
          {"--free-calls", "N", "a month"},
          {"--weight", "N", "share of the queue, 1 to 100; 0: the default"},
          {"--jobs", "N", "that run at once; 0: the default"},
          {"--syncs", "on|off", "whether sources are synced by themselves"},
          {"--live", "on|off", "a mass import can no longer be reset"}};
}

bool ChangesSomething(const Arguments& arguments) {
  for (const Flag& flag : SettingFlags()) {
    if (arguments.Has(flag.name)) return true;
  }
  return false;
}

absl::StatusOr<int> ShowWorkspace(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const auto stub, session.Workspaces());
  if (ChangesSomething(arguments)) {
    ASSIGN_OR_RETURN(const auto change, ChangeOf(session, arguments));
    RETURN_IF_ERROR(rpc::Invoke(*stub, &Workspaces::Stub::UpdateWorkspace, change, kRead).status());
  }
  job_scheduler::v1::GetWorkspaceRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(const auto found,
                   rpc::Invoke(*stub, &Workspaces::Stub::GetWorkspace, request, kRead));
  if (session.json()) {
    session.PrintJson(found);
  } else {
    session.out() << WorkspaceText(found);
  }
  return 0;
}

absl::StatusOr<int> ShowUsage(Session& session, const Arguments& arguments) {
  job_scheduler::v1::GetUsageRequest request;
  request.set_workspace_id(session.workspace());
  request.set_month(arguments.Value("--month").value_or(""));
  ASSIGN_OR_RETURN(const auto stub, session.Workspaces());
  ASSIGN_OR_RETURN(const auto usage,
                   rpc::Invoke(*stub, &Workspaces::Stub::GetUsage, request, kRead));
  if (session.json()) {
    session.PrintJson(usage);
  } else {
    session.out() << UsageText(usage);
  }
  return 0;
}

}  // namespace

std::vector<Command> WorkspaceCommands() {
  return {
      {{.command = "workspace",
        .summary = "Shows what holds for the workspace's imports, and changes it.",
        .flags = SettingFlags(),
        .details = "Changing is for support."},
       ShowWorkspace},
      {{.command = "usage",
        .summary = "Shows what is used of the plan in a month.",
        .flags = {Flag{"--month", "MONTH", "such as 2026-11; default this month"}}},
       ShowUsage},
  };
}

}  // namespace callimport::cli
