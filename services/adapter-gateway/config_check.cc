#include "services/adapter-gateway/config_check.h"

#include <string>
#include <utility>
#include <vector>

#include "libs/catalog/catalog.h"
#include "libs/common/clock.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/config_check.h"
#include "libs/rpc/config_check.h"
#include "libs/rpc/run_main.h"
#include "services/adapter-gateway/cassettes/deck.h"
#include "services/adapter-gateway/oauth/landing.h"
#include "services/adapter-gateway/platforms/all_platforms.h"
#include "services/adapter-gateway/platforms/platform_registry.h"

namespace callimport::adapter_gateway {
namespace {

constexpr int kMaxWebhookThreads = 1'024;
constexpr int kMaxWebhookBytes = 16 << 20;

// Each of these may be 0, which means a default.
absl::Status CheckNumbers(const Config& config) {
  const std::vector<std::pair<const char*, int64_t>> numbers = {
      {"quota_lease_ms", config.quota_lease_ms()},
      {"deadlines.connect_ms", config.deadlines().connect_ms()},
      {"deadlines.idle_ms", config.deadlines().idle_ms()},
      {"deadlines.total_ms", config.deadlines().total_ms()},
      {"breaker.failures", config.breaker().failures()},
      {"breaker.first_open_seconds", config.breaker().first_open_seconds()},
      {"breaker.longest_open_seconds", config.breaker().longest_open_seconds()},
      {"quarantine.keep_days", config.quarantine().keep_days()},
      {"quarantine.records_per_account", config.quarantine().records_per_account()},
      {"quarantine.largest_bytes", config.quarantine().largest_bytes()},
      {"largest_recording_bytes", config.largest_recording_bytes()},
      {"webhooks.per_second", config.webhooks().per_second()},
      {"webhooks.keep_days", config.webhooks().keep_days()},
  };
  for (const auto& [field, value] : numbers) {
    RETURN_IF_ERROR(rpc::CheckNotNegative(value, field));
  }
  return absl::OkStatus();
}

absl::Status CheckPlatforms(const Config& config) {
  ASSIGN_OR_RETURN(const auto catalog, LoadCatalog(config.catalog_dir()));
  return PlatformRegistry::Build(catalog, {config.platforms().begin(), config.platforms().end()},
                                 AllPlatforms(SystemClock()))
      .status();
}

absl::Status CheckOAuthReturn(const OAuthReturn& config) {
  if (!config.listen_address().empty()) {
    RETURN_IF_ERROR(
        rpc::CheckListenAddress(config.listen_address(), "oauth_return.listen_address"));
  }
  return OAuthLandings(config).Check();
}

absl::Status CheckWebhooks(const WebhookConfig& config) {
  if (config.threads() < 0 || config.threads() > kMaxWebhookThreads) {
    return rpc::ConfigError("webhooks.threads", "must be 0 to 1024");
  }
  if (config.max_body_bytes() < 0 || config.max_body_bytes() > kMaxWebhookBytes) {
    return rpc::ConfigError("webhooks.max_body_bytes", "must be 0 to 16 MiB");
  }
  if (config.listen_address().empty()) return absl::OkStatus();
  const std::string& base = config.public_base();
  const bool address = base.starts_with("https://") || base.starts_with("http://");
  if (!address || base.ends_with('/')) {
    return rpc::ConfigError("webhooks.public_base", "must be like https://hooks.example");
  }
  return rpc::CheckListenAddress(config.listen_address(), "webhooks.listen_address");
}

}  // namespace

absl::Status CheckConfig(const Config& config) {
  RETURN_IF_ERROR(rpc::CheckServer(config.server(), "callimport.adapter_gateway.v1"));
  RETURN_IF_ERROR(postgres::CheckConfig(config.database()));
  RETURN_IF_ERROR(rpc::CheckPeer(config.credential_manager(), "credential_manager"));
  RETURN_IF_ERROR(CheckNumbers(config));
  RETURN_IF_ERROR(CheckPlatforms(config));
  RETURN_IF_ERROR(CheckOAuthReturn(config.oauth_return()));
  RETURN_IF_ERROR(CheckWebhooks(config.webhooks()));
  return CheckCassette(config.cassette());
}

}  // namespace callimport::adapter_gateway
