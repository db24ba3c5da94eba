#include "services/adapter-gateway/vendor/access.h"

#include "absl/strings/escaping.h"

namespace callimport::adapter_gateway {

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

}  // namespace callimport::adapter_gateway
