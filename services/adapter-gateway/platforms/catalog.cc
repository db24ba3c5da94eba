#include "services/adapter-gateway/platforms/catalog.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::PlatformDescriptor;

absl::StatusOr<std::vector<std::filesystem::path>> FilesOf(const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".json") files.push_back(at->path());
  }
  if (error) return rpc::ConfigError("catalog_dir", folder + ": " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

absl::Status Check(const std::filesystem::path& file, const PlatformDescriptor& platform) {
  if (platform.platform() != file.stem().string()) {
    return rpc::ConfigError(file.string() + ": platform", "is not the name of the file");
  }
  if (platform.status() == PlatformDescriptor::STATUS_UNSPECIFIED) {
    return rpc::ConfigError(file.string() + ": status", "is missing");
  }
  for (const common::v1::RateWindow& window : platform.rate_windows()) {
    if (window.limit() > 0 && window.period_seconds() > 0) continue;
    return rpc::ConfigError(file.string() + ": rateWindows", "must be positive");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<PlatformDescriptor>> LoadCatalog(const std::string& folder) {
  ASSIGN_OR_RETURN(const auto files, FilesOf(folder));
  if (files.empty()) return rpc::ConfigError("catalog_dir", folder + " holds no platform");
  std::vector<PlatformDescriptor> catalog;
  for (const std::filesystem::path& file : files) {
    RETURN_IF_ERROR(rpc::ReadConfig(file.string(), catalog.emplace_back()));
    RETURN_IF_ERROR(Check(file, catalog.back()));
  }
  return catalog;
}

}  // namespace callimport::adapter_gateway
