#include "services/adapter-gateway/vendor/access.h"

#include "absl/strings/escaping.h"
#include "libs/http/url.h"

namespace callimport::adapter_gateway {
namespace {

// Shorter ones would tear holes into any sentence, and are no secrets.
constexpr size_t kShortestHidden = 4;

void Hide(std::string& words, const std::string& secret) {
  if (secret.size() < kShortestHidden) return;
  const std::string hidden = "[redacted]";
  for (size_t place = 0; (place = words.find(secret, place)) != std::string::npos;) {
    words.replace(place, secret.size(), hidden);
    place += hidden.size();
  }
}

}  // namespace

std::string FieldOf(const CredentialFields& fields, const std::string& name) {
  const auto field = fields.find(name);
  return field == fields.end() ? "" : field->second.Reveal();
}

std::map<std::string, std::string> BasicAuthorization(const std::string& user,
                                                      const std::string& password) {
  return {{"Authorization", "Basic " + absl::Base64Escape(user + ":" + password)}};
}

std::map<std::string, std::string> BearerAuthorization(const std::string& token) {
  return {{"Authorization", "Bearer " + token}};
}

std::string HideAccess(std::string words, const CredentialFields& fields,
                       const std::map<std::string, std::string>& headers) {
  for (const auto& [name, secret] : fields) {
    Hide(words, secret.Reveal());
    // As it stands in an address.
    Hide(words, http::EscapeQuery(secret.Reveal()));
  }
  const auto authorization = headers.find("Authorization");
  if (authorization == headers.end()) return words;
  const std::string& value = authorization->second;
  Hide(words, value.substr(value.find(' ') + 1));
  return words;
}

}  // namespace callimport::adapter_gateway
