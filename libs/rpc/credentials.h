// Certificates as gRPC wants them: both sides show one, and both follow their files as long as the
// watched certificates live. Inside libs/rpc only.
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "libs/rpc/watched_certificates.h"

namespace callimport::rpc {

enum class ClientCertificate { kRequired, kOptional };

std::shared_ptr<grpc::ServerCredentials> ServerCredentialsFrom(
    const WatchedCertificates& certificates, ClientCertificate clients);

// Accepts only a server whose certificate names the service, or any service when that is empty.
std::shared_ptr<grpc::ChannelCredentials> ChannelCredentialsFrom(
    const WatchedCertificates& certificates, const std::string& service);

}  // namespace callimport::rpc
