#include "services/adapter-gateway/cassettes/deck.h"

#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"
#include "libs/telemetry/log.h"
#include "services/adapter-gateway/cassettes/player.h"
#include "services/adapter-gateway/cassettes/recorder.h"

namespace callimport::adapter_gateway {

absl::Status CheckCassette(const CassetteConfig& config) {
  if (config.record_file().empty() || config.replay_file().empty()) return absl::OkStatus();
  return rpc::ConfigError("cassette", "is recorded or replayed, not both");
}

absl::StatusOr<std::unique_ptr<http::HttpClient>> OpenCassette(const CassetteConfig& config,
                                                               http::HttpClient& internet) {
  RETURN_IF_ERROR(CheckCassette(config));
  std::unique_ptr<http::HttpClient> deck;
  if (!config.record_file().empty()) {
    ASSIGN_OR_RETURN(deck, CassetteRecorder::Open(internet, config.record_file()));
  }
  if (!config.replay_file().empty()) {
    ASSIGN_OR_RETURN(auto exchanges, ReadCassette(config.replay_file()));
    log::Warning("vendors are not asked: their answers are played from a file",
                 {{"file", config.replay_file()}});
    deck = std::make_unique<CassettePlayer>(std::move(exchanges));
  }
  return deck;
}

}  // namespace callimport::adapter_gateway
