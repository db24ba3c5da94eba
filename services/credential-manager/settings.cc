#include "services/credential-manager/settings.h"

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "libs/catalog/catalog.h"
#include "libs/common/status_macros.h"
#include "libs/http/url.h"
#include "libs/postgres/config_check.h"
#include "libs/rpc/config_check.h"
#include "libs/rpc/run_main.h"
#include "services/credential-manager/auditing/anchoring.h"
#include "services/credential-manager/oauth/client_file.h"
#include "services/credential-manager/rotation/key_loader.h"
#include "services/credential-manager/sealing/key_file.h"
#include "services/credential-manager/shredding/receipt_signer.h"

namespace callimport::credential_manager {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

hours HoursOr(int32_t configured, int otherwise) {
  return hours(configured > 0 ? configured : otherwise);
}

// Each of these may be 0, which means a default.
absl::Status CheckNumbers(const Config& config) {
  const std::vector<std::pair<const char*, int64_t>> numbers = {
      {"transit.patience_ms", config.transit().patience_ms()},
      {"lifecycle.retry_window_hours", config.lifecycle().retry_window_hours()},
      {"lifecycle.retry_window_seconds", config.lifecycle().retry_window_seconds()},
      {"lifecycle.webhook_secret_quiet_hours", config.lifecycle().webhook_secret_quiet_hours()},
      {"audit_anchors.interval_seconds", config.audit_anchors().interval_seconds()},
      {"audit_anchors.every_entries", config.audit_anchors().every_entries()},
  };
  for (const auto& [field, value] : numbers) {
    RETURN_IF_ERROR(rpc::CheckNotNegative(value, field));
  }
  return absl::OkStatus();
}

absl::Status CheckTransit(const TransitConfig& config, const KeyList& keys) {
  if (config.address().empty()) {
    if (keys.transit.empty()) return absl::OkStatus();
    return rpc::ConfigError("transit.address", "is missing; the list names a key of a key service");
  }
  if (!http::ParseUrl(config.address()).ok()) {
    return rpc::ConfigError("transit.address", "must be like https://vault.example:8200");
  }
  if (!std::ifstream(config.token_file()).is_open()) {
    return rpc::ConfigError("transit.token_file", "cannot read " + config.token_file());
  }
  return absl::OkStatus();
}

absl::Status CheckKeys(const Config& config) {
  ASSIGN_OR_RETURN(const KeyList keys,
                   KeyLoader::Read({config.key_file(), config.key_environment()}));
  RETURN_IF_ERROR(CheckTransit(config.transit(), keys));
  RETURN_IF_ERROR(ReadLegacyKeyFile(config.legacy_key_file()).status());
  RETURN_IF_ERROR(ReceiptSigner::FromFile(config.receipt_key_file()).status());
  RETURN_IF_ERROR(Anchoring::ReadKey(config.audit_anchors()).status());
  return config.epoch_key_dir().empty() ? rpc::ConfigError("epoch_key_dir", "is missing")
                                        : absl::OkStatus();
}

}  // namespace

seconds RetryWindowOf(const LifecycleConfig& config) {
  if (config.retry_window_seconds() > 0) return seconds(config.retry_window_seconds());
  return HoursOr(config.retry_window_hours(), 72);
}

hours WebhookSecretQuietOf(const LifecycleConfig& config) {
  return HoursOr(config.webhook_secret_quiet_hours(), 72);
}

absl::StatusOr<OAuthProviders> ReadProviders(const Config& config) {
  if (config.catalog_dir().empty()) return OAuthProviders();
  ASSIGN_OR_RETURN(const auto catalog, LoadCatalog(config.catalog_dir()));
  ASSIGN_OR_RETURN(auto clients, ReadOAuthClients(config.oauth_clients_file()));
  return OAuthProviders::Build(catalog, config, std::move(clients));
}

absl::Status CheckConfig(const Config& config) {
  RETURN_IF_ERROR(rpc::CheckServer(config.server(), "callimport.credential_manager.v1"));
  RETURN_IF_ERROR(postgres::CheckConfig(config.database()));
  RETURN_IF_ERROR(CheckNumbers(config));
  RETURN_IF_ERROR(CheckKeys(config));
  return ReadProviders(config).status();
}

}  // namespace callimport::credential_manager
