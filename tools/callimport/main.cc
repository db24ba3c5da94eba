// callimport: the suite on the command line.

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/synchronization/mutex.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/error_text.h"

namespace callimport::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

const std::vector<Flag>& CommonFlags() {
  static const std::vector<Flag> flags = {
      {"--workspace", "NAME", "whose calls; else $CALLIMPORT_WORKSPACE, else the configuration's"},
      {"--config", "FILE", "else $CALLIMPORT_CONFIG, else deploy/config/callimport.json"},
      {"--json", "", "one JSON object a line"},
      {"--help", "", "what a command takes"}};
  return flags;
}

std::vector<Syntax> SyntaxOf(const std::vector<Command>& commands) {
  std::vector<Syntax> syntax;
  for (const Command& command : commands) syntax.push_back(command.syntax);
  syntax.push_back({.command = "help",
                    .arguments = "[COMMAND]",
                    .summary = "Says what a command takes.",
                    .max_arguments = 1});
  return syntax;
}

absl::StatusOr<int> Help(const std::vector<Syntax>& syntax, const std::string& command) {
  for (const Syntax& one : syntax) {
    if (one.command != command) continue;
    std::cout << Usage(one, CommonFlags());
    return 0;
  }
  if (!command.empty()) return UsageError("there is no command " + command);
  std::cout << Overview(syntax);
  return 0;
}

// The command that help is wanted for, if it is.
std::optional<std::string> HelpWanted(const Arguments& arguments) {
  if (arguments.command == "help") {
    return arguments.positional.empty() ? "" : arguments.positional[0];
  }
  if (arguments.Has("--help")) return arguments.command;
  return std::nullopt;
}

absl::StatusOr<int> Run(const std::vector<std::string>& words) {
  const std::vector<Command> commands = AllCommands();
  const std::vector<Syntax> syntax = SyntaxOf(commands);
  ASSIGN_OR_RETURN(const Arguments arguments, Parse(words, CommonFlags(), syntax));
  if (const auto command = HelpWanted(arguments)) return Help(syntax, *command);
  if (arguments.command.empty()) return UsageError("which command?");

  Terminal terminal(std::cout, isatty(STDOUT_FILENO) == 1);
  ASSIGN_OR_RETURN(Session session, Session::Open(arguments, terminal));
  for (const Command& command : commands) {
    if (command.syntax.command == arguments.command) return command.run(session, arguments);
  }
  return UsageError("there is no command " + arguments.command);
}

int Main(const std::vector<std::string>& words) {
  // gRPC would write about lost connections beside what we say about them.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  signal(SIGPIPE, SIG_IGN);
  const CorrelationScope correlation(NewUuid());
  const absl::StatusOr<int> code = Run(words);
  if (code.ok()) return *code;
  if (IsUsageError(code.status())) {
    std::cerr << "callimport: " << code.status().message() << "\nSee callimport help." << std::endl;
    return kUsage;
  }
  std::cerr << "callimport: " << ErrorText(code.status()) << std::endl;
  return kFailed;
}

}  // namespace
}  // namespace callimport::cli

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return callimport::cli::Main({argv + 1, argv + argc});
}
