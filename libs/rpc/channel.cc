#include "libs/rpc/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

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

// A channel, and what it needs as long as anybody has it.
struct Connection {
  std::shared_ptr<WatchedCertificates> certificates;
  std::shared_ptr<grpc::Channel> channel;
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const PeerConfig& peer) {
  LookAtIdleChannelsOften();
  if (peer.address().empty()) return ConfigError("address", "the address of a peer is missing");
  ASSIGN_OR_RETURN(auto certificates, WatchedCertificates::Open(peer.tls(), "tls"));
  const auto credentials = ChannelCredentialsFrom(*certificates, peer.service());
  auto connection = std::make_shared<Connection>(
      Connection{.certificates = std::move(certificates),
                 .channel = grpc::CreateCustomChannel(peer.address(), credentials, Arguments())});
  return std::shared_ptr<grpc::Channel>(connection, connection->channel.get());
}

}  // namespace callimport::rpc
