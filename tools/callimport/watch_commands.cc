#include "libs/common/status_macros.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/progress_watch.h"

namespace callimport::cli {
namespace {

absl::StatusOr<int> Watch(Session& session, const Arguments& arguments) {
  const std::string text = arguments.positional.empty() ? "last" : arguments.positional[0];
  ASSIGN_OR_RETURN(const std::string job_id, ChooseJob(session, text));
  return WatchImport(session, job_id);
}

}  // namespace

std::vector<Command> WatchCommands() {
  return {{{.command = "watch",
            .arguments = "[JOB]",
            .summary = "Shows an import live, to its end. Without a job: the last one.",
            .max_arguments = 1,
            .details = "Ends with 0 when completed, 3 when some calls failed, 1 when it failed or "
                       "was cancelled."},
           Watch}};
}

}  // namespace callimport::cli
