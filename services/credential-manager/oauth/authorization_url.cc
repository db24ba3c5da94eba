#include "services/credential-manager/oauth/authorization_url.h"

#include "libs/http/url.h"
#include "services/credential-manager/oauth/pkce.h"

namespace callimport::credential_manager {

std::string AuthorizationUrl(const OAuthProvider& provider, const std::string& redirect_uri,
                             const Secret& state, const Secret& verifier) {
  std::string url = provider.terms.authorization_url();
  url += url.find('?') == std::string::npos ? '?' : '&';
  const auto add = [&](const char* name, const std::string& value) {
    if (!url.ends_with('?') && !url.ends_with('&')) url += '&';
    url += std::string(name) + '=' + http::EscapeQuery(value);
  };
  add("response_type", "code");
  add("client_id", provider.client->client_id);
  add("redirect_uri", redirect_uri);
  const std::string scopes = provider.AskedScopes();
  if (!scopes.empty()) add("scope", scopes);
  add("state", state.Reveal());
  if (!verifier.empty()) {
    add("code_challenge", ChallengeOf(verifier));
    add("code_challenge_method", "S256");
  }
  return url;
}

}  // namespace callimport::credential_manager
