#include "libs/rpc/run_main.h"

#include <pthread.h>
#include <signal.h>

#include <iostream>
#include <string_view>

#include "absl/synchronization/mutex.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Arguments {
  std::string config_file;
  bool only_check = false;
};

absl::StatusOr<Arguments> Parse(int argc, char** argv) {
  constexpr std::string_view kConfig = "--config=";
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(kConfig)) {
      arguments.config_file = argument.substr(kConfig.size());
    } else if (argument == "--check-config") {
      arguments.only_check = true;
    } else {
      return absl::InvalidArgumentError("unknown argument " + std::string(argument));
    }
  }
  if (arguments.config_file.empty()) return absl::InvalidArgumentError("--config=FILE is missing");
  return arguments;
}

// Every thread that starts later inherits the mask, so that only the host meets these signals.
void BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int Fail(const std::string& service, const absl::Status& status, int code) {
  std::cerr << service << ": " << log::Redact(std::string(status.message())) << std::endl;
  return code;
}

}  // namespace

int RunMain(int argc, char** argv, const std::string& service, google::protobuf::Message& config,
            const std::function<absl::Status()>& run) {
  // Debian's Abseil comes with its deadlock detector on, which costs every nested lock.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  BlockStopSignals();
  const auto arguments = Parse(argc, argv);
  if (!arguments.ok()) return Fail(service, arguments.status(), kUsage);
  const absl::Status read = ReadConfig(arguments->config_file, config);
  if (!read.ok()) return Fail(service, read, kFailed);
  if (arguments->only_check) return 0;

  log::Start(service, log::Level::kInfo);
  const absl::Status status = run();
  if (status.ok()) return 0;
  const std::string where =
      status.code() == absl::StatusCode::kInvalidArgument ? arguments->config_file + ": " : "";
  return Fail(service, absl::Status(status.code(), where + std::string(status.message())), kFailed);
}

}  // namespace callimport::rpc
