// What went wrong in an import, and trying it again.
#include <algorithm>

#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/paging.h"
#include "tools/callimport/progress_watch.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::FailureCause;
using job_scheduler::v1::ImportWarning;
using job_scheduler::v1::JobScheduler;
using Causes = job_scheduler::v1::ListFailureCausesResponse;

const rpc::InvokeOptions kRead{.attempts = 3};
constexpr int kDefaultLimit = 50;

absl::StatusOr<Causes> AskCauses(Session& session, const std::string& job_id) {
  job_scheduler::v1::ListFailureCausesRequest request;
  request.set_workspace_id(session.workspace());
  request.set_job_id(job_id);
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  return rpc::Invoke(*stub, &JobScheduler::Stub::ListFailureCauses, request, kRead);
}

absl::StatusOr<int> Failures(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string job_id, ChooseJob(session, JobChoiceOf(arguments)));
  ASSIGN_OR_RETURN(const Causes causes, AskCauses(session, job_id));
  if (session.json()) {
    for (const FailureCause& cause : causes.causes()) session.PrintJson(cause);
    return 0;
  }
  if (causes.causes().empty()) {
    session.out() << "No call has failed." << std::endl;
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"CALLS", "CAUSE", "RETRY", "NEWEST MESSAGE"}};
  for (const FailureCause& cause : causes.causes()) {
    rows.push_back({std::to_string(cause.calls()), cause.reason(),
                    cause.retryable() ? "possible" : "no", cause.message()});
  }
  session.out() << Table(rows, 3, kUncut);
  return 0;
}

absl::StatusOr<int> Warnings(Session& session, const Arguments& arguments) {
  job_scheduler::v1::ListImportWarningsRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(const int limit, NumberOf(arguments, "--limit", kDefaultLimit));
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, JobChoiceOf(arguments)));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  std::vector<std::vector<std::string>> rows = {{"TIME", "SOURCE ID", "REASON", "MESSAGE"}};
  RETURN_IF_ERROR(ForEachPage(request, limit, [&](const auto& asked) -> absl::StatusOr<PageEnd> {
    ASSIGN_OR_RETURN(const auto page,
                     rpc::Invoke(*stub, &JobScheduler::Stub::ListImportWarnings, asked, kRead));
    for (const ImportWarning& warning : page.warnings()) {
      if (session.json()) session.PrintJson(warning);
      rows.push_back({ShortTime(warning.time()), warning.source_call_id(), warning.reason(),
                      warning.message()});
    }
    return PageEnd{page.warnings_size(), page.next_page_token()};
  }));
  if (session.json()) return 0;
  session.out() << (rows.size() == 1 ? "There are no warnings.\n" : Table(rows, 3, kUncut));
  if (!request.page().page_token().empty()) session.out() << kMore;
  return 0;
}

// The token by which the calls of this cause are retried.
absl::StatusOr<std::string> TokenOf(Session& session, const std::string& job_id,
                                    const std::string& reason) {
  ASSIGN_OR_RETURN(const Causes causes, AskCauses(session, job_id));
  const auto found =
      std::find_if(causes.causes().begin(), causes.causes().end(),
                   [&](const FailureCause& cause) { return cause.reason() == reason; });
  if (found == causes.causes().end()) {
    return UsageError("--cause: no call of this import has failed for " + reason);
  }
  return found->retry_token();
}

absl::StatusOr<int> Retry(Session& session, const Arguments& arguments) {
  job_scheduler::v1::RetryFailedRequest request;
  request.set_workspace_id(session.workspace());
  for (const std::string& call_id : arguments.Values("--call")) request.add_call_ids(call_id);
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, JobChoiceOf(arguments)));
  if (const auto cause = arguments.Value("--cause")) {
    ASSIGN_OR_RETURN(*request.mutable_retry_token(), TokenOf(session, request.job_id(), *cause));
  }
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

std::vector<Command> FailureCommands() {
  return {
      {{.command = "failures",
        .arguments = "[JOB]",
        .summary = "Sums up why calls of an import failed. Without a job: of the last one.",
        .max_arguments = 1},
       Failures},
      {{.command = "warnings",
        .arguments = "[JOB]",
        .summary = "Lists what an import met that failed nothing. Without a job: the last one.",
        .flags = {{"--limit", "N", "at most so many; default 50"}},
        .max_arguments = 1},
       Warnings},
      {{.command = "retry",
        .arguments = "[JOB]",
        .summary = "Imports the failed calls again, and watches. Without a job: the last one.",
        .flags = {{"--call", "ID", "only this call; may be repeated"},
                  {"--cause", "REASON", "only calls that failed for this, as `failures` shows it"},
                  {"--detach", "", "do not watch"}},
        .max_arguments = 1},
       Retry},
  };
}

}  // namespace callimport::cli
