// Asks any rpc for anything, by its name and the bytes of a request.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <memory>
#include <string>

#include "libs/rpc/caller.h"

namespace callimport::e2e {

struct AnySending {
  std::chrono::milliseconds patience;
  std::string token = {};  // empty: the certificate says who asks
};

// Sends one message to any kind of rpc, reads whatever comes, and says how it ended.
grpc::Status SendAny(const std::shared_ptr<grpc::Channel>& channel, const std::string& rpc,
                     const std::string& bytes, const AnySending& sending);

// Names the workspace wherever the request has a place for one.
void NameWorkspace(google::protobuf::Message& message, const std::string& workspace);

// The name of the development certificate that such a caller has.
std::string CertificateOf(const rpc::Caller& caller);

}  // namespace callimport::e2e
