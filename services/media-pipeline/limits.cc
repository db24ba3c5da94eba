#include "services/media-pipeline/limits.h"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"

namespace callimport::media_pipeline {
namespace {

constexpr int kDownloadsAtOnce = 64;
constexpr int kMaxDownloadsAtOnce = 512;
constexpr int kMaxTranscriptionsAtOnce = 256;

absl::StatusOr<int> Between(const std::string& field, int value, int if_zero, int most) {
  if (value < 0 || value > most) {
    return rpc::ConfigError(field, "must be 0 to " + std::to_string(most));
  }
  return value == 0 ? if_zero : value;
}

}  // namespace

absl::StatusOr<Limits> LimitsOf(const Config& config) {
  if (config.object_dir().empty()) return rpc::ConfigError("object_dir", "is missing");
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  Limits limits;
  ASSIGN_OR_RETURN(limits.downloads_at_once, Between("calls_in_flight", config.calls_in_flight(),
                                                     kDownloadsAtOnce, kMaxDownloadsAtOnce));
  ASSIGN_OR_RETURN(limits.transcriptions_at_once,
                   Between("transcriber.threads", config.transcriber().threads(), cores,
                           kMaxTranscriptionsAtOnce));
  return limits;
}

std::string WorkerName() {
  std::array<char, HOST_NAME_MAX + 1> host{};
  ::gethostname(host.data(), host.size() - 1);
  return "media-pipeline@" + std::string(host.data()) + ":" + std::to_string(::getpid());
}

}  // namespace callimport::media_pipeline
