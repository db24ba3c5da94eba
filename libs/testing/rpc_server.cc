#include "libs/testing/rpc_server.h"

#include <stdexcept>

#include "libs/rpc/channel.h"

namespace callimport::testing {
namespace {

rpc::ServerConfig ConfigOf(const rpc::TlsConfig& tls, const std::vector<rpc::AccessRule>& rules) {
  rpc::ServerConfig config;
  config.set_address("127.0.0.1:0");
  config.set_stop_grace_seconds(1);
  *config.mutable_tls() = tls;
  config.mutable_access()->Assign(rules.begin(), rules.end());
  return config;
}

}  // namespace

rpc::AccessRule Allow(const std::string& rpcs, const std::string& caller) {
  rpc::AccessRule rule;
  rule.set_rpcs(rpcs);
  rule.add_callers(caller);
  return rule;
}

RpcServer::RpcServer(const std::vector<grpc::Service*>& services,
                     const std::vector<rpc::AccessRule>& rules, const std::string& name)
    : host_(ConfigOf(certificates_.Of(name), rules)) {
  for (grpc::Service* service : services) host_.Serve(*service);
  const absl::Status started = host_.Start();
  if (!started.ok()) throw std::runtime_error(started.ToString());
}

rpc::PeerConfig RpcServer::PeerOf(const std::string& name) const {
  rpc::PeerConfig peer;
  peer.set_address("127.0.0.1:" + std::to_string(port()));
  *peer.mutable_tls() = certificates_.Of(name);
  return peer;
}

std::shared_ptr<grpc::Channel> RpcServer::ChannelOf(const std::string& name) const {
  auto channel = rpc::Connect(PeerOf(name));
  if (!channel.ok()) throw std::runtime_error(channel.status().ToString());
  return *std::move(channel);
}

}  // namespace callimport::testing
