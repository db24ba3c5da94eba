// The platforms' OAuth, as catalog, configuration and the operator's clients say together.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/common/v1/platform.pb.h"
#include "services/credential-manager/config.pb.h"
#include "services/credential-manager/domain/oauth.h"
#include "services/credential-manager/oauth/client_file.h"

namespace callimport::credential_manager {

struct OAuthProvider {
  std::string platform;
  std::string display_name;
  callimport::common::v1::OAuthTerms terms;
  // Unset: we are not known to this platform, and only customers' own apps can be used.
  std::optional<OAuthClientKey> client;
  // Its endpoints are those of the configuration, and may be private addresses without TLS.
  bool local = false;

  // Null when the platform does not do this.
  const callimport::common::v1::OAuthGrant* Grant(GrantKind kind) const;
  // "read:calls read:media"; empty when the vendor's app says it.
  std::string AskedScopes() const;
};

// A scope that was not granted, and what that means.
struct MissingScope {
  std::string scope;
  std::string disables;
  bool required = false;
};

class OAuthProviders {
 public:
  // CONFIG_INVALID when the configuration or the clients name a platform that does no OAuth, or
  // a redirect address is none.
  static absl::StatusOr<OAuthProviders> Build(
      const std::vector<callimport::common::v1::PlatformDescriptor>& catalog, const Config& config,
      std::map<std::string, OAuthClientKey> clients);

  // Null when the platform does no OAuth.
  const OAuthProvider* Find(const std::string& platform) const;

  // Exactly where the platform's approval may lead back to: the asked one if it is allowed, the
  // first that is allowed when none is asked for.
  std::optional<std::string> RedirectUri(const std::string& platform,
                                         const std::string& asked) const;

  // Of what the platform can grant. Nothing is missing where nobody said what was granted.
  std::vector<MissingScope> Missing(const std::string& platform,
                                    const std::vector<std::string>& granted) const;

 private:
  std::map<std::string, OAuthProvider> providers_;
  std::vector<std::string> redirect_bases_;
};

// How the platform gives tokens without a browser. FAILED_PRECONDITION (OAUTH_NOT_CONFIGURED) when
// it does not.
absl::StatusOr<GrantKind> MachineGrantOf(const OAuthProviders& providers,
                                         const std::string& platform);

}  // namespace callimport::credential_manager
