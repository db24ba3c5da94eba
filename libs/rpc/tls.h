// Certificates of this process as gRPC wants them, read again when their files change.
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "libs/rpc/config.pb.h"

namespace callimport::rpc {

// INVALID_ARGUMENT (CONFIG_INVALID) when a file is not named or cannot be read.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ClientCredentials(const TlsConfig& tls);

// Asks every client for a certificate that the CA has signed.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(const TlsConfig& tls);

}  // namespace callimport::rpc
