#include "libs/rpc/tls.h"

#include <grpcpp/security/tls_credentials_options.h>

#include <fstream>
#include <string>

#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"

namespace callimport::rpc {
namespace {

constexpr unsigned kLookForNewFilesEverySeconds = 5;

absl::Status CheckFile(const std::string& field, const std::string& file) {
  if (file.empty()) return ConfigError(field, "is missing");
  if (!std::ifstream(file)) return ConfigError(field, "cannot read " + file);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::experimental::CertificateProviderInterface>> Watch(
    const TlsConfig& tls) {
  RETURN_IF_ERROR(CheckFile("tls.certificate_file", tls.certificate_file()));
  RETURN_IF_ERROR(CheckFile("tls.key_file", tls.key_file()));
  RETURN_IF_ERROR(CheckFile("tls.ca_file", tls.ca_file()));
  return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      tls.key_file(), tls.certificate_file(), tls.ca_file(), kLookForNewFilesEverySeconds);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ClientCredentials(const TlsConfig& tls) {
  ASSIGN_OR_RETURN(auto certificates, Watch(tls));
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(certificates);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(const TlsConfig& tls) {
  ASSIGN_OR_RETURN(auto certificates, Watch(tls));
  grpc::experimental::TlsServerCredentialsOptions options(certificates);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace callimport::rpc
