#include "services/media-pipeline/transcribers/all_transcribers.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/media-pipeline/transcribers/pocketsphinx/pocketsphinx_transcriber.h"

namespace callimport::media_pipeline {
namespace {

constexpr std::chrono::seconds kDecodeTimeout{600};

std::string DecoderPath(const TranscriberConfig& config) {
  if (!config.decoder_path().empty()) return config.decoder_path();
  std::error_code unknown;
  return std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path() / "media-decoder";
}

std::chrono::seconds DecodeTimeout(const TranscriberConfig& config) {
  const std::chrono::seconds timeout(config.decode_timeout_seconds());
  return timeout.count() == 0 ? kDecodeTimeout : timeout;
}

// More than one for each core only costs memory.
int Threads(const TranscriberConfig& config) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return config.threads() == 0 ? cores : std::min(config.threads(), cores);
}

absl::Status Check(const TranscriberConfig& config) {
  const std::string& profile = config.profile();
  return RequestCheck()
      .Require(config.engine() == "pocketsphinx", "transcriber.engine", "must be \"pocketsphinx\"")
      .Require(config.threads() >= 0, "transcriber.threads", "must not be negative")
      .Require(config.decode_timeout_seconds() >= 0, "transcriber.decode_timeout_seconds",
               "must not be negative")
      .Require(profile.empty() || profile == "default" || profile == "fast", "transcriber.profile",
               "must be \"default\" or \"fast\"")
      .Verdict();
}

absl::StatusOr<std::unique_ptr<Transcriber>> MakePocketSphinx(const TranscriberConfig& config) {
  AudioDecoder decoder(DecoderPath(config), DecodeTimeout(config));
  RETURN_IF_ERROR(decoder.Check());
  SphinxModel model{config.model_dir().empty() ? CALLIMPORT_POCKETSPHINX_MODEL : config.model_dir(),
                    config.profile() == "fast" ? SphinxProfile::kFast : SphinxProfile::kExact};
  RETURN_IF_ERROR(model.Check());
  return std::make_unique<PocketSphinxTranscriber>(std::move(decoder), std::move(model),
                                                   Threads(config));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transcriber>> MakeTranscriber(const TranscriberConfig& config) {
  RETURN_IF_ERROR(Check(config));
  return MakePocketSphinx(config);
}

}  // namespace callimport::media_pipeline
