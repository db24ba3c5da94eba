#include "libs/rpc/config_check.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/identity.h"
#include "libs/rpc/run_main.h"
#include "libs/rpc/token_reader.h"
#include "libs/rpc/watched_certificates.h"

namespace callimport::rpc {
namespace {

constexpr int kMaxPort = 65'535;

// -1 for what is no port.
int PortOf(std::string_view text) {
  const bool digits = !text.empty() && text.size() <= 5 &&
                      std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); });
  return digits ? std::stoi(std::string(text)) : -1;
}

bool IsHost(std::string_view host) {
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  return !host.empty() && host.find_first_of(" \t/,") == host.npos &&
         (bracketed || host.find_first_of(":[]") == host.npos);
}

bool IsHostAndPort(std::string_view address, int least_port) {
  const size_t colon = address.rfind(':');
  if (colon == address.npos || !IsHost(address.substr(0, colon))) return false;
  const int port = PortOf(address.substr(colon + 1));
  return port >= least_port && port <= kMaxPort;
}

// Of those that gRPC knows, what it takes for a host and a port is looked at.
bool IsTarget(const std::string& address) {
  for (const char* const list : {"ipv4:", "ipv6:"}) {
    if (!address.starts_with(list)) continue;
    const std::string parts = address.substr(std::string_view(list).size());
    const std::vector<std::string> all = absl::StrSplit(parts, ',');
    return std::ranges::all_of(all, [](const auto& one) { return IsHostAndPort(one, 1); });
  }
  const bool other_scheme = address.starts_with("dns:") || address.starts_with("unix:") ||
                            address.find("://") != address.npos;
  return other_scheme || IsHostAndPort(address, 1);
}

bool HasRpcs(const std::string& package, const std::string& rpcs) {
  const size_t slash = rpcs.find('/');
  const auto* const service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(rpcs.substr(0, slash));
  if (service == nullptr || service->file()->package() != package) return false;
  return slash == rpcs.npos || service->FindMethodByName(rpcs.substr(slash + 1)) != nullptr;
}

// "support/*", "service/media-pipeline".
bool NamesCallers(const std::string& pattern) {
  const size_t slash = pattern.find('/');
  if (slash == pattern.npos || slash + 1 == pattern.size()) return false;
  const std::string kind = pattern.substr(0, slash);
  return ParseCaller(absl::StrCat(std::string(kTrustDomain), kind,
                                  IsOfWorkspaces(kind) ? "/acme" : "", "/somebody"))
      .has_value();
}

absl::Status CheckRule(const AccessRule& rule, const std::string& package,
                       const std::string& field) {
  if (!HasRpcs(package, rule.rpcs())) {
    return ConfigError(field + ".rpcs", "names no service or rpc of " + package);
  }
  for (int i = 0; i < rule.callers_size(); ++i) {
    if (NamesCallers(rule.callers(i))) continue;
    return ConfigError(absl::StrCat(field, ".callers[", i, "]"),
                       "must be like support/* or service/media-pipeline, of a kind of caller that "
                       "there is");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckListenAddress(const std::string& address, const std::string& field) {
  if (IsHostAndPort(address, 0)) return absl::OkStatus();
  return ConfigError(field, address.empty() ? "is missing" : "must be like 127.0.0.1:7101");
}

absl::Status CheckNotNegative(int64_t value, const std::string& field) {
  return value >= 0 ? absl::OkStatus() : ConfigError(field, "must not be negative");
}

absl::Status CheckServer(const ServerConfig& server, const std::string& package) {
  RETURN_IF_ERROR(CheckListenAddress(server.address(), "server.address"));
  if (!server.metrics_address().empty()) {
    RETURN_IF_ERROR(CheckListenAddress(server.metrics_address(), "server.metrics_address"));
  }
  RETURN_IF_ERROR(CheckNotNegative(server.stop_grace_seconds(), "server.stop_grace_seconds"));
  RETURN_IF_ERROR(WatchedCertificates::Check(server.tls(), "server.tls"));
  for (int i = 0; i < server.access_size(); ++i) {
    RETURN_IF_ERROR(CheckRule(server.access(i), package, absl::StrCat("server.access[", i, "]")));
  }
  return server.has_tokens() ? TokenReader::Open(server.tokens(), "server.tokens").status()
                             : absl::OkStatus();
}

absl::Status CheckPeer(const PeerConfig& peer, const std::string& field) {
  if (peer.address().empty()) return ConfigError(field + ".address", "is missing");
  if (!IsTarget(peer.address())) {
    return ConfigError(field + ".address",
                       "must be like 127.0.0.1:7101 or ipv4:10.0.0.1:7101,10.0.0.2:7101");
  }
  return WatchedCertificates::Check(peer.tls(), field + ".tls");
}

}  // namespace callimport::rpc
