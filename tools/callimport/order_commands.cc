// What is told an import that is there: to pause, go on, end, or not to wait for the night.
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::ImportJob;
using job_scheduler::v1::JobScheduler;

// Telling it twice is as good as once.
const rpc::InvokeOptions kOrder{.attempts = 3};

void ShowState(Session& session, const ImportJob& job) {
  if (session.json()) return session.PrintJson(job);
  session.out() << "Import " << job.job_id() << " is now "
                << StateWords(common::v1::JobState_Name(job.state()), "JOB_STATE_") << "."
                << std::endl;
}

template <typename Request, typename Rpc>
absl::StatusOr<ImportJob> Order(Session& session, const Arguments& arguments, Rpc rpc) {
  Request request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, arguments.positional[0]));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  ASSIGN_OR_RETURN(const auto response, rpc::Invoke(*stub, rpc, request, kOrder));
  return response.job();
}

absl::StatusOr<int> Cancel(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const ImportJob job,
                   Order<job_scheduler::v1::CancelImportJobRequest>(
                       session, arguments, &JobScheduler::Stub::CancelImportJob));
  ShowState(session, job);
  return 0;
}

absl::StatusOr<int> Pause(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const ImportJob job,
                   Order<job_scheduler::v1::PauseImportJobRequest>(
                       session, arguments, &JobScheduler::Stub::PauseImportJob));
  ShowState(session, job);
  return 0;
}

absl::StatusOr<int> Resume(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const ImportJob job,
                   Order<job_scheduler::v1::ResumeImportJobRequest>(
                       session, arguments, &JobScheduler::Stub::ResumeImportJob));
  ShowState(session, job);
  return 0;
}

absl::StatusOr<int> RunNow(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const ImportJob job,
                   Order<job_scheduler::v1::RunImportJobNowRequest>(
                       session, arguments, &JobScheduler::Stub::RunImportJobNow));
  if (session.json()) {
    session.PrintJson(job);
  } else {
    session.out() << "Import " << job.job_id() << " does not wait for the night any more."
                  << std::endl;
  }
  return 0;
}

Syntax OneJob(std::string command, std::string summary) {
  return {.command = std::move(command),
          .arguments = "JOB",
          .summary = std::move(summary),
          .min_arguments = 1,
          .max_arguments = 1};
}

}  // namespace

std::vector<Command> OrderCommands() {
  return {
      {OneJob("pause", "Pauses an import. \"last\" is the last one, here and below."), Pause},
      {OneJob("resume", "Lets a paused import go on where it was."), Resume},
      {OneJob("cancel", "Cancels an import for good; what was imported stays."), Cancel},
      {OneJob("run-now", "Lets an import run outside the nightly window. For support."), RunNow},
  };
}

}  // namespace callimport::cli
