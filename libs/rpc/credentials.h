// Certificates as gRPC wants them: both sides show one, and both read theirs again when the files
// change. Inside libs/rpc only.
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/config.pb.h"

namespace callimport::rpc {

// `field` is where the config stands in its file, for the error message.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentialsFrom(
    const TlsConfig& tls, const std::string& field);

// Accepts only a server whose certificate names the service, or any service when that is empty.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentialsFrom(
    const TlsConfig& tls, const std::string& service, const std::string& field);

}  // namespace callimport::rpc
