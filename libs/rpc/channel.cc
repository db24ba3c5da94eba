#include "libs/rpc/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "libs/common/status_macros.h"
#include "libs/rpc/credentials.h"
#include "libs/rpc/idle_channels.h"
#include "libs/rpc/limits.h"
#include "libs/rpc/run_main.h"

namespace callimport::rpc {
namespace {

grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  // A restarted peer is found again within a second.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // Despite its name the time that one attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  return arguments;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const PeerConfig& peer) {
  LookAtIdleChannelsOften();
  if (peer.address().empty()) return ConfigError("address", "the address of a peer is missing");
  ASSIGN_OR_RETURN(const auto credentials,
                   ChannelCredentialsFrom(peer.tls(), peer.service(), "tls"));
  return grpc::CreateCustomChannel(peer.address(), credentials, Arguments());
}

}  // namespace callimport::rpc
