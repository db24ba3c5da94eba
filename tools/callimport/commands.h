// The commands, one file for each family.
#pragma once

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/callimport/command_line.h"
#include "tools/callimport/session.h"

namespace callimport::cli {

// The exit code, or what went wrong.
using RunCommand = std::function<absl::StatusOr<int>(Session& session, const Arguments& arguments)>;

struct Command {
  Syntax syntax;
  RunCommand run;
};

std::vector<Command> ConnectCommands();     // platforms, connect, credentials
std::vector<Command> ImportCommands();      // preview, import
std::vector<Command> JobCommands();         // jobs, job, calls
std::vector<Command> OrderCommands();       // pause, resume, cancel, run-now
std::vector<Command> FailureCommands();     // failures, warnings, retry
std::vector<Command> RemapCommands();       // quarantine, remap
std::vector<Command> ExplainCommands();     // why, policy, verify
std::vector<Command> WatchCommands();       // watch
std::vector<Command> UploadCommands();      // upload
std::vector<Command> SourceCommands();      // sources, sync, disconnect
std::vector<Command> MassImportCommands();  // mass-import, mass-end, mass-reset
std::vector<Command> WorkspaceCommands();   // workspace, usage
std::vector<Command> EngagementCommands();  // search, engagement

// All of them, in the order of help.
std::vector<Command> AllCommands();

}  // namespace callimport::cli
