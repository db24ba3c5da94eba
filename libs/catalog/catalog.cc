#include "libs/catalog/catalog.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"

namespace callimport {
namespace {

using common::v1::PlatformDescriptor;

// Every answer about platforms carries them.
constexpr size_t kMaxLogoBytes = 4'096;

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

absl::Status CheckOAuth(const std::string& where, const common::v1::OAuthTerms& oauth) {
  using common::v1::OAuthGrant;
  const auto is_https = [](const std::string& url) { return url.starts_with("https://"); };
  if (!is_https(oauth.token_url())) return rpc::ConfigError(where + ".tokenUrl", "must be https");
  if (oauth.client_auth() == common::v1::OAuthTerms::CLIENT_AUTH_UNSPECIFIED) {
    return rpc::ConfigError(where + ".clientAuth", "is missing");
  }
  if (oauth.grants().empty()) return rpc::ConfigError(where + ".grants", "is missing");
  for (const OAuthGrant& grant : oauth.grants()) {
    if (grant.kind() == OAuthGrant::KIND_UNSPECIFIED) {
      return rpc::ConfigError(where + ".grants.kind", "is missing");
    }
    if (grant.kind() == OAuthGrant::KIND_AUTHORIZATION_CODE &&
        !is_https(oauth.authorization_url())) {
      return rpc::ConfigError(where + ".authorizationUrl", "must be https");
    }
  }
  return absl::OkStatus();
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
  if (!platform.has_oauth()) return absl::OkStatus();
  return CheckOAuth(file.string() + ": oauth", platform.oauth());
}

// As RFC 3986 wants it in an address.
std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      escaped += c;
    } else {
      absl::StrAppend(&escaped, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return escaped;
}

// The picture itself as an address, so that whoever shows a platform needs nothing else.
absl::Status AddLogo(const std::filesystem::path& file, PlatformDescriptor& platform) {
  const std::filesystem::path logo = file.parent_path() / "logos" / (platform.platform() + ".svg");
  const std::ifstream stream(logo);
  if (!platform.logo_url().empty() || !stream) return absl::OkStatus();
  std::ostringstream svg;
  svg << stream.rdbuf();
  if (!svg.str().starts_with("<svg ") || svg.str().size() > kMaxLogoBytes) {
    return rpc::ConfigError(logo.string(), "must be an SVG of at most 4 KiB");
  }
  platform.set_logo_url(absl::StrCat("data:image/svg+xml,", Escaped(svg.str())));
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
    RETURN_IF_ERROR(AddLogo(file, catalog.back()));
  }
  return catalog;
}

}  // namespace callimport
