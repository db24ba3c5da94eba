// Moves of a whole workspace: beginning one, looking at it, giving it up, deleting what it stored.
#include "callimport/job_scheduler/v1/mass_imports.grpc.pb.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/confirm.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/mass_import_text.h"
#include "tools/callimport/progress_watch.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::MassImport;
using job_scheduler::v1::MassImports;
using job_scheduler::v1::ResetRunRequest;
using job_scheduler::v1::ResetRunResponse;

// Each step is recorded, and is not done twice. A reset deletes what was counted, or nothing.
const rpc::InvokeOptions kPatient{.timeout = std::chrono::seconds(60), .attempts = 3};

void Show(Session& session, const MassImport& import) {
  if (session.json()) return session.PrintJson(import);
  session.out() << MassImportText(import) << std::flush;
}

template <typename Request>
Request RequestFor(const Session& session, const std::string& mass_import_id) {
  Request request;
  request.set_workspace_id(session.workspace());
  request.set_mass_import_id(mass_import_id);
  return request;
}

absl::StatusOr<MassImport> Find(Session& session, const std::string& mass_import_id) {
  const auto request = RequestFor<job_scheduler::v1::GetMassImportRequest>(session, mass_import_id);
  ASSIGN_OR_RETURN(const auto stub, session.MassImports());
  ASSIGN_OR_RETURN(const auto found,
                   rpc::Invoke(*stub, &MassImports::Stub::GetMassImport, request, kPatient));
  return found.mass_import();
}

absl::StatusOr<MassImport> Begin(Session& session, const Arguments& arguments) {
  job_scheduler::v1::BeginMassImportRequest request;
  if (!arguments.Has("--reason")) {
    return UsageError("--reason: say why, for those who find the workspace closed");
  }
  request.set_reason(*arguments.Value("--reason"));
  ASSIGN_OR_RETURN(const auto end, EndOf(arguments, "--until"));
  if (end) *request.mutable_estimated_end_time() = *end;
  request.set_request_id(arguments.Value("--request-id").value_or(NewUuid()));
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(*request.mutable_credential_id(), ChooseCredential(session, arguments));
  ASSIGN_OR_RETURN(const auto stub, session.MassImports());
  ASSIGN_OR_RETURN(const auto begun,
                   rpc::Invoke(*stub, &MassImports::Stub::BeginMassImport, request, kPatient));
  return begun.mass_import();
}

absl::StatusOr<int> Import(Session& session, const Arguments& arguments) {
  if (!arguments.positional.empty()) {
    ASSIGN_OR_RETURN(const MassImport found, Find(session, arguments.positional[0]));
    Show(session, found);
    return 0;
  }
  ASSIGN_OR_RETURN(const MassImport begun, Begin(session, arguments));
  Show(session, begun);
  if (arguments.Has("--detach")) return 0;
  if (!begun.has_job()) {
    if (!session.json()) session.out() << "It goes on by itself; look again later." << std::endl;
    return 0;
  }
  return WatchImport(session, begun.job().job_id());
}

absl::StatusOr<int> End(Session& session, const Arguments& arguments) {
  const auto request =
      RequestFor<job_scheduler::v1::EndMassImportRequest>(session, arguments.positional[0]);
  ASSIGN_OR_RETURN(const auto stub, session.MassImports());
  ASSIGN_OR_RETURN(const auto ended,
                   rpc::Invoke(*stub, &MassImports::Stub::EndMassImport, request, kPatient));
  Show(session, ended.mass_import());
  return 0;
}

absl::StatusOr<ResetRunResponse> Reset(Session& session, const ResetRunRequest& request) {
  ASSIGN_OR_RETURN(const auto stub, session.MassImports());
  ASSIGN_OR_RETURN(auto answer,
                   rpc::Invoke(*stub, &MassImports::Stub::ResetRun, request, kPatient));
  if (session.json()) {
    session.PrintJson(answer);
  } else {
    session.out() << ResetText(answer) << std::flush;
  }
  return answer;
}

absl::StatusOr<int> CountAndReset(Session& session, const Arguments& arguments) {
  auto request = RequestFor<ResetRunRequest>(session, arguments.positional[0]);
  request.set_dry_run(true);
  ASSIGN_OR_RETURN(const ResetRunResponse counted, Reset(session, request));
  if (arguments.Has("--dry-run")) return 0;
  ASSIGN_OR_RETURN(const bool confirmed,
                   Confirmed(session, arguments, "Delete all of it for good?"));
  if (!confirmed) return 1;
  request.set_dry_run(false);
  request.set_confirm_token(counted.confirm_token());
  RETURN_IF_ERROR(Reset(session, request).status());
  return 0;
}

}  // namespace

std::vector<Command> MassImportCommands() {
  return {
      {{.command = "mass-import",
        .arguments = "[MASS_IMPORT]",
        .summary = "Moves a whole workspace over, and watches; or shows such a move. For support.",
        .flags = {{"--reason", "TEXT", "why, for those who find the workspace closed"},
                  {"--until", "DATE", "when it is likely to be open again"},
                  {"--credential", "ID", "which account; needed when there are several"},
                  {"--platform", "NAME", "only accounts of this platform"},
                  {"--detach", "", "do not watch"},
                  {"--request-id", "UUID", "go on with this request instead of a new one"}},
        .max_arguments = 1,
        .details = "The workspace is closed and its webhooks are held until everything is "
                   "imported; then they are let go, and it opens again by itself."},
       Import},
      {{.command = "mass-end",
        .arguments = "MASS_IMPORT",
        .summary = "Opens a workspace whose mass import was cancelled or is given up.",
        .min_arguments = 1,
        .max_arguments = 1},
       End},
      {{.command = "mass-reset",
        .arguments = "MASS_IMPORT",
        .summary = "Counts what a mass import stored, asks, and deletes it.",
        .flags = {{"--dry-run", "", "only count"}, {"--yes", "", "do not ask"}},
        .min_arguments = 1,
        .max_arguments = 1,
        .details = "Only while the workspace is not live, and nothing else is imported in it. "
                   "Afterwards everything can be imported anew."},
       CountAndReset},
  };
}

}  // namespace callimport::cli
