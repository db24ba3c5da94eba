#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/preview_text.h"
#include "tools/callimport/progress_watch.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::JobScheduler;

// The vendor is asked meanwhile.
const rpc::InvokeOptions kVendor{.timeout = std::chrono::seconds(60), .attempts = 1};
const rpc::InvokeOptions kCreate{.attempts = 3};

absl::StatusOr<int> Preview(Session& session, const Arguments& arguments) {
  job_scheduler::v1::PreviewImportRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(arguments));
  ASSIGN_OR_RETURN(*request.mutable_credential_id(), ChooseCredential(session, arguments));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  ASSIGN_OR_RETURN(const auto preview,
                   rpc::Invoke(*stub, &JobScheduler::Stub::PreviewImport, request, kVendor));
  if (session.json()) {
    session.PrintJson(preview);
  } else {
    session.out() << PreviewText(preview) << std::flush;
  }
  return 0;
}

absl::StatusOr<job_scheduler::v1::ImportJob> Create(Session& session, const Arguments& arguments) {
  job_scheduler::v1::CreateImportJobRequest request;
  request.set_request_id(arguments.Value("--request-id").value_or(NewUuid()));
  request.set_workspace_id(session.workspace());
  request.set_run_now(arguments.Has("--now"));
  request.set_quote_id(arguments.Value("--quote").value_or(""));
  ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(arguments));
  ASSIGN_OR_RETURN(*request.mutable_credential_id(), ChooseCredential(session, arguments));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &JobScheduler::Stub::CreateImportJob, request, kCreate));
  return response.job();
}

absl::StatusOr<int> Import(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const auto job, Create(session, arguments));
  const bool detach = arguments.Has("--detach");
  if (session.json()) {
    session.PrintJson(job);
  } else {
    session.out() << "Import " << job.job_id() << " is queued."
                  << (detach ? "" : " Ctrl-C stops watching, not the import.") << std::endl;
  }
  return detach ? 0 : WatchImport(session, job.job_id());
}

std::vector<Flag> RangeFlags() {
  return {{"--from", "DATE", "first day (2024-01-31) or moment; default 2020-01-01"},
          {"--to", "DATE", "last day, or the moment up to which; default now"},
          {"--credential", "ID", "which account; needed when there are several"},
          {"--platform", "NAME", "only accounts of this platform"},
          {"--filter", "NAME=VALUE", "only calls of which this holds; may be repeated"}};
}

std::vector<Flag> ImportFlags() {
  std::vector<Flag> flags = RangeFlags();
  flags.push_back({"--now", "", "do not wait for the nightly window; for support"});
  flags.push_back({"--quote", "ID", "of a preview: at its price, and of its calls"});
  flags.push_back({"--detach", "", "do not watch"});
  flags.push_back({"--request-id", "UUID", "repeat this request instead of a new one"});
  return flags;
}

}  // namespace

std::vector<Command> ImportCommands() {
  return {
      {{.command = "preview",
        .summary =
            "Tells how many calls an import would meet, its price and when it would be done.",
        .flags = RangeFlags()},
       Preview},
      {{.command = "import",
        .summary = "Imports calls with recordings and transcripts, and watches.",
        .flags = ImportFlags(),
        .details = "Ends with 0 when completed, 3 when some calls failed, 1 when it failed or was "
                   "cancelled."},
       Import},
  };
}

}  // namespace callimport::cli
