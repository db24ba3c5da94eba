#include "libs/rpc/authenticator.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::rpc {
namespace {

constexpr std::string_view kScheme = "bearer ";

absl::Status Refused(const std::string& reason, const std::string& message) {
  return Error(absl::StatusCode::kUnauthenticated, reason, message);
}

bool NamesScheme(std::string_view value) {
  return value.size() > kScheme.size() &&
         std::equal(kScheme.begin(), kScheme.end(), value.begin(), [](char scheme, char c) {
           return scheme == static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
         });
}

absl::StatusOr<std::string> TokenIn(const Metadata& metadata) {
  const auto [first, last] = metadata.equal_range(kTokenKey);
  const std::string_view value(first->second.data(), first->second.size());
  if (std::next(first) != last || !NamesScheme(value)) {
    return Refused("TOKEN_INVALID", "authorization must be one bearer token");
  }
  return std::string(value.substr(kScheme.size()));
}

}  // namespace

absl::StatusOr<Caller> Authenticator::Authenticate(const Metadata& metadata,
                                                   const std::optional<Caller>& certificate) const {
  if (!metadata.contains(kTokenKey)) {
    if (certificate) return *certificate;
    return Refused("CALLER_UNKNOWN",
                   "neither a client certificate nor a token names anybody known here");
  }
  if (tokens_ == nullptr) return Refused("TOKEN_INVALID", "this server takes no tokens");
  ASSIGN_OR_RETURN(const std::string token, TokenIn(metadata));
  ASSIGN_OR_RETURN(Caller caller, tokens_->Read(token));
  // A stolen token alone must not pass for a service.
  const bool vouched = certificate && certificate->Identity() == caller.Identity();
  if (caller.kind == "service" && !vouched) {
    return Refused("TOKEN_INVALID", "a service's token needs the certificate of the same service");
  }
  return caller;
}

}  // namespace callimport::rpc
