// What it takes to ask a vendor in somebody's name.
#pragma once

#include <map>
#include <string>

#include "libs/common/secret.h"

namespace callimport::adapter_gateway {

using CredentialFields = std::map<std::string, Secret>;

struct Access {
  std::string platform;
  // "https://api.gong.io": without a slash at its end.
  std::string base_url;
  CredentialFields fields;
  // Names the vendor account whose quota is spent, whichever credential opens it. Not for logs.
  std::string account;
};

// "" where there is no such field.
std::string FieldOf(const CredentialFields& fields, const std::string& name);

// The Authorization header of HTTP basic authentication, and of a token.
std::map<std::string, std::string> BasicAuthorization(const std::string& user,
                                                      const std::string& password);
std::map<std::string, std::string> BearerAuthorization(const std::string& token);

// The words without any of the fields, and without what the Authorization header says: vendors
// quote what they refuse.
std::string HideAccess(std::string words, const CredentialFields& fields,
                       const std::map<std::string, std::string>& headers);

}  // namespace callimport::adapter_gateway
