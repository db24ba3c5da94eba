#include "services/credential-manager/oauth/providers.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "libs/rpc/run_main.h"

namespace callimport::credential_manager {
namespace {

using callimport::common::v1::OAuthGrant;
using callimport::common::v1::OAuthScope;
using callimport::common::v1::PlatformDescriptor;

// Whoever listens on the way must not read the code: without TLS only this machine.
bool IsRedirectBase(const std::string& base) {
  const auto url = http::ParseUrl(base);
  if (!url.ok() || base.ends_with('/') || base.find_first_of("?#") != std::string::npos) {
    return false;
  }
  return url->scheme == "https" || url->host == "127.0.0.1" || url->host == "::1" ||
         url->host == "localhost";
}

void Apply(const OAuthEndpoints& endpoints, OAuthProvider& provider) {
  provider.terms.set_authorization_url(endpoints.authorization_url());
  provider.terms.set_token_url(endpoints.token_url());
  provider.terms.set_revocation_url(endpoints.revocation_url());
  provider.local = true;
}

}  // namespace

const OAuthGrant* OAuthProvider::Grant(GrantKind kind) const {
  for (const OAuthGrant& grant : terms.grants()) {
    if (static_cast<int>(grant.kind()) == static_cast<int>(kind)) return &grant;
  }
  return nullptr;
}

std::string OAuthProvider::AskedScopes() const {
  std::string names;
  if (terms.scopes_by_app()) return names;
  for (const OAuthScope& scope : terms.scopes()) {
    names += (names.empty() ? "" : " ") + scope.name();
  }
  return names;
}

absl::StatusOr<OAuthProviders> OAuthProviders::Build(
    const std::vector<PlatformDescriptor>& catalog, const Config& config,
    std::map<std::string, OAuthClientKey> clients) {
  OAuthProviders built;
  for (const PlatformDescriptor& platform : catalog) {
    if (!platform.has_oauth()) continue;
    built.providers_[platform.platform()] = {.platform = platform.platform(),
                                             .display_name = platform.display_name(),
                                             .terms = platform.oauth(),
                                             .client = std::nullopt};
  }
  for (auto& [platform, key] : clients) {
    const auto provider = built.providers_.find(platform);
    if (provider == built.providers_.end()) {
      return rpc::ConfigError("oauth_clients_file", "\"" + platform + "\" does no OAuth");
    }
    provider->second.client = std::move(key);
  }
  for (const OAuthEndpoints& endpoints : config.oauth_endpoints()) {
    const auto provider = built.providers_.find(endpoints.platform());
    if (provider == built.providers_.end() || !http::ParseUrl(endpoints.token_url()).ok()) {
      return rpc::ConfigError(
          "oauth_endpoints", "\"" + endpoints.platform() + "\" does no OAuth, or has no token_url");
    }
    Apply(endpoints, provider->second);
  }
  for (const std::string& base : config.oauth_redirect_bases()) {
    if (!IsRedirectBase(base)) {
      return rpc::ConfigError("oauth_redirect_bases",
                              "\"" + base +
                                  "\" must be like https://calls.example, without TLS "
                                  "only on this machine, and without a slash at its end");
    }
    built.redirect_bases_.push_back(base);
  }
  return built;
}

const OAuthProvider* OAuthProviders::Find(const std::string& platform) const {
  const auto found = providers_.find(platform);
  return found == providers_.end() ? nullptr : &found->second;
}

std::optional<std::string> OAuthProviders::RedirectUri(const std::string& platform,
                                                       const std::string& asked) const {
  for (const std::string& base : redirect_bases_) {
    const std::string allowed = base + "/oauth/callback/" + platform;
    if (asked.empty() || asked == allowed) return allowed;
  }
  return std::nullopt;
}

std::vector<MissingScope> OAuthProviders::Missing(const std::string& platform,
                                                  const std::vector<std::string>& granted) const {
  std::vector<MissingScope> missing;
  const OAuthProvider* provider = Find(platform);
  if (provider == nullptr || granted.empty()) return missing;
  for (const OAuthScope& scope : provider->terms.scopes()) {
    if (std::find(granted.begin(), granted.end(), scope.name()) != granted.end()) continue;
    missing.push_back({scope.name(), scope.without_it(), scope.required()});
  }
  return missing;
}

absl::StatusOr<GrantKind> MachineGrantOf(const OAuthProviders& providers,
                                         const std::string& platform) {
  const OAuthProvider* provider = providers.Find(platform);
  for (const GrantKind kind :
       {GrantKind::kAccountCredentials, GrantKind::kJwtBearer, GrantKind::kClientCredentials}) {
    if (provider != nullptr && provider->Grant(kind) != nullptr) return kind;
  }
  return Error(absl::StatusCode::kFailedPrecondition, "OAUTH_NOT_CONFIGURED",
               "accounts of " + platform + " cannot be connected without a browser");
}

}  // namespace callimport::credential_manager
