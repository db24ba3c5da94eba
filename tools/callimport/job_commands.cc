#include <algorithm>

#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/progress_watch.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::ImportCall;
using job_scheduler::v1::ImportJob;
using job_scheduler::v1::JobScheduler;

constexpr rpc::InvokeOptions kRead{.attempts = 3};
constexpr int kDefaultLimit = 50;
constexpr int kLargestPage = 500;

// "failed" of --state as the enum's FAILED.
std::string EnumName(const std::string& prefix, std::string text) {
  for (char& c : text) {
    c = c == ' ' || c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return prefix + text;
}

std::string JobChoiceOf(const Arguments& arguments) {
  return arguments.positional.empty() ? "last" : arguments.positional[0];
}

std::string ProgressOf(const ImportJob& job) {
  const auto& progress = job.progress();
  const std::string done = std::to_string(progress.processed_calls());
  return progress.has_total_calls() ? done + "/" + std::to_string(progress.total_calls()) : done;
}

absl::Status TakeJobStates(const Arguments& arguments,
                           job_scheduler::v1::ListImportJobsRequest& request) {
  for (const std::string& text : arguments.Values("--state")) {
    common::v1::JobState state;
    if (!common::v1::JobState_Parse(EnumName("JOB_STATE_", text), &state)) {
      return UsageError("--state: there is no state " + text);
    }
    request.add_states(state);
  }
  return absl::OkStatus();
}

absl::Status TakeCallStates(const Arguments& arguments,
                            job_scheduler::v1::ListImportCallsRequest& request) {
  for (const std::string& text : arguments.Values("--state")) {
    common::v1::CallState state;
    if (!common::v1::CallState_Parse(EnumName("CALL_STATE_", text), &state)) {
      return UsageError("--state: there is no state " + text);
    }
    request.add_states(state);
  }
  return absl::OkStatus();
}

// Page after page, until there are enough. Ask fills the request's page and hands over its items.
template <typename Request, typename Ask>
absl::Status ForEachPage(Request& request, int limit, Ask ask) {
  for (int left = limit; left > 0;) {
    request.mutable_page()->set_page_size(std::min(left, kLargestPage));
    ASSIGN_OR_RETURN(const auto page, ask(request));
    left -= page.items;
    if (page.next.empty() || page.items == 0) break;
    request.mutable_page()->set_page_token(page.next);
  }
  return absl::OkStatus();
}

struct PageEnd {
  int items = 0;
  std::string next;
};

absl::StatusOr<int> Jobs(Session& session, const Arguments& arguments) {
  job_scheduler::v1::ListImportJobsRequest request;
  request.set_workspace_id(session.workspace());
  RETURN_IF_ERROR(TakeJobStates(arguments, request));
  ASSIGN_OR_RETURN(const int limit, NumberOf(arguments, "--limit", kDefaultLimit));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  std::vector<std::vector<std::string>> rows = {
      {"JOB", "PLATFORM", "STATE", "CALLS", "FAILED", "CREATED", "LAST ERROR"}};
  RETURN_IF_ERROR(ForEachPage(request, limit, [&](const auto& asked) -> absl::StatusOr<PageEnd> {
    ASSIGN_OR_RETURN(const auto page,
                     rpc::Invoke(*stub, &JobScheduler::Stub::ListImportJobs, asked, kRead));
    for (const ImportJob& job : page.jobs()) {
      if (session.json()) session.PrintJson(job);
      rows.push_back({job.job_id(), job.platform(),
                      StateWords(common::v1::JobState_Name(job.state()), "JOB_STATE_"),
                      ProgressOf(job), std::to_string(job.progress().failed_calls()),
                      ShortTime(job.create_time()), job.last_error()});
    }
    return PageEnd{page.jobs_size(), page.next_page_token()};
  }));
  if (!session.json()) session.out() << Table(rows, 6, session.terminal().canvas().width);
  return 0;
}

std::string ResultOf(const ImportCall& call) {
  if (!call.engagement_id().empty()) return call.engagement_id();
  if (call.error_reason().empty()) return "";
  return call.error_reason() + (call.retryable() ? " (can be retried)" : "");
}

absl::StatusOr<int> Calls(Session& session, const Arguments& arguments) {
  job_scheduler::v1::ListImportCallsRequest request;
  request.set_workspace_id(session.workspace());
  RETURN_IF_ERROR(TakeCallStates(arguments, request));
  ASSIGN_OR_RETURN(const int limit, NumberOf(arguments, "--limit", kDefaultLimit));
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, JobChoiceOf(arguments)));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  std::vector<std::vector<std::string>> rows = {
      {"STATE", "SOURCE ID", "TITLE", "ENGAGEMENT OR REASON"}};
  RETURN_IF_ERROR(ForEachPage(request, limit, [&](const auto& asked) -> absl::StatusOr<PageEnd> {
    ASSIGN_OR_RETURN(const auto page,
                     rpc::Invoke(*stub, &JobScheduler::Stub::ListImportCalls, asked, kRead));
    for (const ImportCall& call : page.calls()) {
      if (session.json()) session.PrintJson(call);
      rows.push_back({StateWords(common::v1::CallState_Name(call.state()), "CALL_STATE_"),
                      call.source_call_id(), call.title(), ResultOf(call)});
    }
    return PageEnd{page.calls_size(), page.next_page_token()};
  }));
  if (!session.json()) session.out() << Table(rows, 2, session.terminal().canvas().width);
  return 0;
}

absl::StatusOr<int> Cancel(Session& session, const Arguments& arguments) {
  job_scheduler::v1::CancelImportJobRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, JobChoiceOf(arguments)));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &JobScheduler::Stub::CancelImportJob, request, kRead));
  if (session.json()) {
    session.PrintJson(response.job());
  } else {
    const std::string state = common::v1::JobState_Name(response.job().state());
    session.out() << "Import " << response.job().job_id() << " is now "
                  << StateWords(state, "JOB_STATE_") << "." << std::endl;
  }
  return 0;
}

absl::StatusOr<int> Retry(Session& session, const Arguments& arguments) {
  job_scheduler::v1::RetryFailedRequest request;
  request.set_workspace_id(session.workspace());
  for (const std::string& call_id : arguments.Values("--call")) request.add_call_ids(call_id);
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, JobChoiceOf(arguments)));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  // A repetition would find nothing left to retry, and hide how many there were.
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &JobScheduler::Stub::RetryFailed, request));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << Count(response.retried_calls(), "call") << " queued again." << std::endl;
  }
  if (arguments.Has("--detach") || response.retried_calls() == 0) return 0;
  return WatchImport(session, request.job_id());
}

}  // namespace

std::vector<Command> JobCommands() {
  const Flag limit{"--limit", "N", "at most so many; default 50"};
  return {
      {{.command = "jobs",
        .summary = "Lists imports, newest first.",
        .flags = {limit, {"--state", "STATE", "only these (in_progress, failed …)"}}},
       Jobs},
      {{.command = "calls",
        .arguments = "[JOB]",
        .summary = "Lists the calls of an import. Without a job: of the last one.",
        .flags = {limit, {"--state", "STATE", "only these (completed, failed …)"}},
        .max_arguments = 1},
       Calls},
      {{.command = "cancel",
        .arguments = "JOB",
        .summary = "Cancels an import; what was imported stays. \"last\" is the last one.",
        .min_arguments = 1,
        .max_arguments = 1},
       Cancel},
      {{.command = "retry",
        .arguments = "[JOB]",
        .summary = "Imports the failed calls again, and watches. Without a job: the last one.",
        .flags = {{"--call", "ID", "only this call; may be repeated"},
                  {"--detach", "", "do not watch"}},
        .max_arguments = 1},
       Retry},
  };
}

}  // namespace callimport::cli
