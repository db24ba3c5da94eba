#include "services/credential-manager/sealing/make_transit.h"

namespace callimport::credential_manager {

std::unique_ptr<const Transit> MakeTransit(http::HttpClient& http, const TransitConfig& config) {
  if (config.address().empty()) return nullptr;
  TransitSettings settings;
  settings.address = config.address();
  if (!config.mount().empty()) settings.mount = config.mount();
  settings.token_file = config.token_file();
  if (config.patience_ms() > 0) settings.patience = std::chrono::milliseconds(config.patience_ms());
  return std::make_unique<const Transit>(http, std::move(settings));
}

}  // namespace callimport::credential_manager
