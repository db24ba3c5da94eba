#include "libs/rpc/credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <fstream>
#include <functional>
#include <optional>
#include <utility>

#include "libs/common/status_macros.h"
#include "libs/rpc/caller.h"
#include "libs/rpc/run_main.h"

namespace callimport::rpc {
namespace {

namespace tls_api = grpc::experimental;

constexpr unsigned int kLookAgainSeconds = 1;

// gRPC itself would only fail every handshake later, without a word why.
absl::Status CheckFile(const std::string& file, const std::string& field) {
  if (file.empty()) return ConfigError(field, "is missing");
  std::ifstream stream(file);
  std::string first_line;
  if (!std::getline(stream, first_line)) return ConfigError(field, "cannot read " + file);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<tls_api::CertificateProviderInterface>> Watch(
    const TlsConfig& tls, const std::string& field) {
  RETURN_IF_ERROR(CheckFile(tls.certificate_file(), field + ".certificate_file"));
  RETURN_IF_ERROR(CheckFile(tls.key_file(), field + ".key_file"));
  RETURN_IF_ERROR(CheckFile(tls.ca_file(), field + ".ca_file"));
  return std::make_shared<tls_api::FileWatcherCertificateProvider>(
      tls.key_file(), tls.certificate_file(), tls.ca_file(), kLookAgainSeconds);
}

// Compares the name in the certificate instead of the host: hosts come and go, and a certificate
// of a person must never pass for a service.
class ServiceVerifier final : public tls_api::ExternalCertificateVerifier {
 public:
  explicit ServiceVerifier(std::string service) : service_(std::move(service)) {}

  bool Verify(tls_api::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)>, grpc::Status* verdict) override {
    const auto uris = request->uri_names();
    const bool known = uris.size() == 1 && Accepts(ParseCaller({uris[0].data(), uris[0].size()}));
    *verdict = known ? grpc::Status::OK
                     : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                    "the peer's certificate does not name the service asked");
    return true;
  }
  void Cancel(tls_api::TlsCustomVerificationCheckRequest*) override {}

 private:
  bool Accepts(const std::optional<Caller>& peer) const {
    return peer && peer->kind == "service" && (service_.empty() || peer->name == service_);
  }

  std::string service_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentialsFrom(
    const TlsConfig& tls, const std::string& field) {
  ASSIGN_OR_RETURN(auto certificates, Watch(tls, field));
  tls_api::TlsServerCredentialsOptions options(std::move(certificates));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls_api::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentialsFrom(
    const TlsConfig& tls, const std::string& service, const std::string& field) {
  ASSIGN_OR_RETURN(auto certificates, Watch(tls, field));
  tls_api::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::move(certificates));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_certificate_verifier(
      tls_api::ExternalCertificateVerifier::Create<ServiceVerifier>(service));
  options.set_check_call_host(false);
  return tls_api::TlsCredentials(options);
}

}  // namespace callimport::rpc
