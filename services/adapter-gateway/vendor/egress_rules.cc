#include "services/adapter-gateway/vendor/egress_rules.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"

namespace callimport::adapter_gateway {
namespace {

absl::Status Refused(const http::Url& url, const std::string& why) {
  return Error(absl::StatusCode::kFailedPrecondition, "ADDRESS_REFUSED",
               url.scheme + "://" + url.Authority() + " " + why);
}

bool MatchesHost(const std::string& pattern, const std::string& host) {
  if (!pattern.starts_with("*.")) return host == pattern;
  return host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1));
}

}  // namespace

EgressRules::EgressRules(std::vector<std::string> api_hosts, std::vector<std::string> allowed_hosts,
                         bool allow_http)
    : api_hosts_(std::move(api_hosts)),
      allowed_hosts_(std::move(allowed_hosts)),
      allow_http_(allow_http) {}

absl::StatusOr<EgressRules::Permit> EgressRules::CheckMedia(const std::string& text) const {
  ASSIGN_OR_RETURN(const http::Url url, http::ParseUrl(text));
  const bool allowed_here = std::any_of(
      allowed_hosts_.begin(), allowed_hosts_.end(),
      [&](const std::string& host) { return host == url.host || host == url.Authority(); });
  if (url.scheme != "https" && !(allowed_here && allow_http_)) return Refused(url, "is not https");
  return Permit{.public_addresses_only = !allowed_here};
}

absl::StatusOr<EgressRules::Permit> EgressRules::CheckApi(const std::string& text) const {
  ASSIGN_OR_RETURN(const Permit permit, CheckMedia(text));
  if (!permit.public_addresses_only) return permit;
  ASSIGN_OR_RETURN(const http::Url url, http::ParseUrl(text));
  const bool of_vendor = std::any_of(api_hosts_.begin(), api_hosts_.end(),
                                     [&](const auto& host) { return MatchesHost(host, url.host); });
  if (!of_vendor || url.port != 443) return Refused(url, "is not an address of this vendor");
  return permit;
}

}  // namespace callimport::adapter_gateway
