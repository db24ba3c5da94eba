#include "services/media-pipeline/config_check.h"

#include <unistd.h>

#include <filesystem>

#include "libs/common/status_macros.h"
#include "libs/postgres/config_check.h"
#include "libs/rpc/config_check.h"
#include "libs/rpc/run_main.h"
#include "services/media-pipeline/limits.h"
#include "services/media-pipeline/transcribers/all_transcribers.h"

namespace callimport::media_pipeline {
namespace {

namespace fs = std::filesystem;

// It is made when it is missing, in the nearest folder that there is.
absl::Status CheckObjectDir(const std::string& folder) {
  std::error_code unknown;
  fs::path nearest = fs::absolute(folder, unknown);
  while (!fs::exists(nearest, unknown) && nearest.has_relative_path()) {
    nearest = nearest.parent_path();
  }
  if (!fs::is_directory(nearest, unknown)) {
    return rpc::ConfigError("object_dir", nearest.string() + " is no folder");
  }
  if (::access(nearest.c_str(), W_OK | X_OK) != 0) {
    return rpc::ConfigError("object_dir", "nothing can be written into " + nearest.string());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckConfig(const Config& config) {
  RETURN_IF_ERROR(rpc::CheckServer(config.server(), "callimport.media_pipeline.v1"));
  RETURN_IF_ERROR(postgres::CheckConfig(config.database()));
  RETURN_IF_ERROR(rpc::CheckPeer(config.job_scheduler(), "job_scheduler"));
  RETURN_IF_ERROR(rpc::CheckPeer(config.adapter_gateway(), "adapter_gateway"));
  RETURN_IF_ERROR(LimitsOf(config).status());
  RETURN_IF_ERROR(CheckObjectDir(config.object_dir()));
  return MakeTranscriber(config.transcriber()).status();
}

}  // namespace callimport::media_pipeline
