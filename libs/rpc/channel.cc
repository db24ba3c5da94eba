#include "libs/rpc/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"
#include "libs/rpc/tls.h"

namespace callimport::rpc {
namespace {

constexpr int kMaxMessageBytes = 16 << 20;

// A peer that was restarted is found again within a second; a dead connection within a minute.
grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  return arguments;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const PeerConfig& peer) {
  if (peer.address().empty()) return ConfigError("address", "is missing");
  ASSIGN_OR_RETURN(const auto credentials, ClientCredentials(peer.tls()));
  return grpc::CreateCustomChannel(peer.address(), credentials, Arguments());
}

}  // namespace callimport::rpc
