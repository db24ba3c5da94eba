#include "absl/strings/str_cat.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/job_view.h"
#include "tools/callimport/paging.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::ImportCall;
using job_scheduler::v1::ImportJob;
using job_scheduler::v1::JobScheduler;

const rpc::InvokeOptions kRead{.attempts = 3};
constexpr int kDefaultLimit = 50;

// "failed" of --state as the enum's FAILED.
std::string EnumName(const std::string& prefix, std::string text) {
  for (char& c : text) {
    c = c == ' ' || c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return prefix + text;
}

std::string ProgressOf(const ImportJob& job) {
  const auto& progress = job.progress();
  const std::string done = std::to_string(progress.processed_calls());
  return progress.has_total_calls() ? done + "/" + std::to_string(progress.total_calls()) : done;
}

absl::Status TakeJobStates(const Arguments& arguments,
                           job_scheduler::v1::ListImportJobsRequest& request) {
  for (const std::string& text : arguments.Values("--state")) {
    const auto states = vocabulary::StatesMeantBy(text);
    if (states.empty()) return UsageError("--state: there is no state " + text);
    for (const common::v1::JobState state : states) request.add_states(state);
  }
  return absl::OkStatus();
}

absl::Status TakeJobTypes(const Arguments& arguments,
                          job_scheduler::v1::ListImportJobsRequest& request) {
  for (const std::string& text : arguments.Values("--type")) {
    job_scheduler::v1::JobType type;
    if (!job_scheduler::v1::JobType_Parse(EnumName("JOB_TYPE_", text), &type)) {
      return UsageError("--type: there is no type " + text);
    }
    request.add_types(type);
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

absl::StatusOr<int> Jobs(Session& session, const Arguments& arguments) {
  job_scheduler::v1::ListImportJobsRequest request;
  request.set_workspace_id(session.workspace());
  RETURN_IF_ERROR(TakeJobStates(arguments, request));
  RETURN_IF_ERROR(TakeJobTypes(arguments, request));
  request.set_credential_id(arguments.Value("--credential").value_or(""));
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
  if (session.json()) return 0;
  session.out() << Table(rows, 6, session.terminal().canvas().width);
  if (!request.page().page_token().empty()) session.out() << kMore;
  return 0;
}

// What people ask of one import, a line each.
void Show(Session& session, const ImportJob& job) {
  const auto& progress = job.progress();
  const auto line = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) session.out() << Pad(name, 14) << value << "\n";
  };
  line("import", job.job_id());
  line("platform", job.platform());
  line("account", job.credential_id());
  line("state", StateWords(common::v1::JobState_Name(job.state()), "JOB_STATE_"));
  for (const auto& wait : job.waits()) line("waits", wait.text());
  line("calls", ProgressOf(job) + ", " + std::to_string(progress.completed_calls()) +
                    " imported, " + std::to_string(progress.duplicate_calls()) +
                    " there already, " + std::to_string(progress.failed_calls()) + " failed");
  if (progress.warnings() > 0) line("warnings", std::to_string(progress.warnings()));
  if (job.filter().has_start_time()) {  // an upload has no range
    line("range", ShortTime(job.filter().start_time()) + " to " +
                      ShortTime(job.filter().end_time()) + " UTC");
  }
  for (const auto& [name, value] : job.filter().attributes())
    line("only", absl::StrCat(name, "=", value));
  line("created", ShortTime(job.create_time()) + " by " + job.created_by().name());
  line("started", ShortTime(job.start_time()));
  line("ended", ShortTime(job.finish_time()));
  if (!job.has_finish_time() && job.has_finish_latest()) {
    line("likely to end",
         ShortTime(job.finish_earliest()) + " to " + ShortTime(job.finish_latest()) + " UTC");
  }
  line("last error", job.last_error());
  line("correlation", job.correlation_id());
  session.out() << std::flush;
}

absl::StatusOr<int> Job(Session& session, const Arguments& arguments) {
  const auto words = arguments.Value("--words");
  const auto vocabulary = vocabulary::VocabularyOf(words.value_or(""));
  if (words && !vocabulary) return UsageError("--words: must be admin, graph or runs");
  job_scheduler::v1::GetImportJobRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, JobChoiceOf(arguments)));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &JobScheduler::Stub::GetImportJob, request, kRead));
  if (vocabulary) {
    session.out() << ViewOf(response.job(), *vocabulary) << std::endl;
  } else if (session.json()) {
    session.PrintJson(response.job());
  } else {
    Show(session, response.job());
  }
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
  if (session.json()) return 0;
  session.out() << Table(rows, 2, session.terminal().canvas().width);
  if (!request.page().page_token().empty()) session.out() << kMore;
  return 0;
}

}  // namespace

std::vector<Command> JobCommands() {
  const Flag limit{"--limit", "N", "at most so many; default 50"};
  return {
      {{.command = "jobs",
        .summary = "Lists imports, newest first.",
        .flags = {limit,
                  {"--state", "STATE", "only these (in_progress, failed …)"},
                  {"--type", "TYPE", "only these (historical, sync, upload, reconciliation)"},
                  {"--credential", "ID", "only those of this account"}}},
       Jobs},
      {{.command = "job",
        .arguments = "[JOB]",
        .summary = "Shows one import. Without a job: the last one.",
        .flags = {{"--words", "WHOSE",
                   "as JSON with the names and words of another system: admin, graph, runs"}},
        .max_arguments = 1},
       Job},
      {{.command = "calls",
        .arguments = "[JOB]",
        .summary = "Lists the calls of an import. Without a job: of the last one.",
        .flags = {limit, {"--state", "STATE", "only these (completed, failed …)"}},
        .max_arguments = 1},
       Calls},
  };
}

}  // namespace callimport::cli
