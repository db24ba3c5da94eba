// A real server on loopback with the development certificates, and channels to it.
//
//   testing::RpcServer server({&service_}, {testing::Allow("callimport.x.v1.X", "support/*")});
//   auto stub = v1::X::NewStub(server.ChannelOf("support-demo"));
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/rpc/config.pb.h"
#include "libs/rpc/host.h"
#include "libs/testing/dev_certificates.h"

namespace callimport::testing {

rpc::AccessRule Allow(const std::string& rpcs, const std::string& caller);

class RpcServer {
 public:
  // Serves as the named service until destroyed, with a grace of one second.
  explicit RpcServer(const std::vector<grpc::Service*>& services,
                     const std::vector<rpc::AccessRule>& rules,
                     const std::string& name = "job-scheduler");

  // With the certificate of "support-demo", "media-pipeline" and so on.
  std::shared_ptr<grpc::Channel> ChannelOf(const std::string& name) const;

  rpc::PeerConfig PeerOf(const std::string& name) const;
  void Stop() { host_.Stop(); }
  int port() const { return host_.port(); }

 private:
  const DevCertificates certificates_;
  rpc::Host host_;
};

}  // namespace callimport::testing
