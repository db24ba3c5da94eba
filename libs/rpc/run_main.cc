#include "libs/rpc/run_main.h"

#include <signal.h>

#include <iostream>

#include "absl/synchronization/mutex.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/grpc_log.h"
#include "libs/rpc/idle_channels.h"
#include "libs/rpc/stop_signals.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

constexpr char kUse[] = "; use --config=FILE [--check-config]";

struct CommandLine {
  std::string config_file;
  bool check_only = false;
};

absl::StatusOr<CommandLine> Parse(int argc, char** argv) {
  const std::string prefix = "--config=";
  CommandLine line;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with(prefix)) {
      line.config_file = argument.substr(prefix.size());
    } else if (argument == "--check-config") {
      line.check_only = true;
    } else {
      return absl::InvalidArgumentError("does not know " + argument + kUse);
    }
  }
  if (line.config_file.empty())
    return absl::InvalidArgumentError(std::string("--config is missing") + kUse);
  return line;
}

// One sentence for people: what, where, why.
int Fail(const std::string& service, const absl::Status& status) {
  std::cerr << service << ": " << log::Redact(std::string(status.message())) << std::endl;
  return 1;
}

// With the file, which says where databases, peers and ports are looked for.
int FailWith(const std::string& file, const std::string& service, const absl::Status& status) {
  return Fail(service, AboutField(file, status));
}

void PrepareProcess() {
  // Debian's Abseil would look for deadlocks at every lock of gRPC's, and abort on guesses.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  BlockStopSignals();
  TakeGrpcLog();
  LookAtIdleChannelsOften();
  signal(SIGPIPE, SIG_IGN);  // a peer that hangs up is an error of the write
}

}  // namespace

int RunMain(int argc, char** argv, const std::string& service, google::protobuf::Message& config,
            const std::function<absl::Status()>& check,
            const std::function<absl::Status(const std::string& file)>& run) {
  PrepareProcess();
  const absl::StatusOr<CommandLine> line = Parse(argc, argv);
  if (!line.ok()) return Fail(service, line.status());
  const absl::Status read = ReadConfig(line->config_file, config);
  if (!read.ok()) return Fail(service, read);
  const std::string& file = line->config_file;
  if (const absl::Status fine = check(); !fine.ok()) return FailWith(file, service, fine);
  if (line->check_only) return 0;

  log::Start(service, log::Level::kInfo);
  const absl::Status status = run(file);
  return status.ok() ? 0 : FailWith(file, service, status);
}

}  // namespace callimport::rpc
