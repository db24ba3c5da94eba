#include "libs/rpc/credentials.h"

#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <functional>
#include <optional>
#include <utility>

#include "libs/rpc/caller.h"

namespace callimport::rpc {
namespace {

namespace tls_api = grpc::experimental;

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

// At every handshake. A list that has become outdated since it was read fails them all.
void HeedRevocations(const WatchedCertificates& certificates,
                     tls_api::TlsCredentialsOptions& options) {
  const std::string folder = certificates.revocation_folder();
  if (!folder.empty()) options.set_crl_directory(folder);
}

}  // namespace

std::shared_ptr<grpc::ServerCredentials> ServerCredentialsFrom(
    const WatchedCertificates& certificates, ClientCertificate clients) {
  tls_api::TlsServerCredentialsOptions options(certificates.provider());
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  HeedRevocations(certificates, options);
  // One that is shown is always checked.
  options.set_cert_request_type(clients == ClientCertificate::kRequired
                                    ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                    : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls_api::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> ChannelCredentialsFrom(
    const WatchedCertificates& certificates, const std::string& service) {
  tls_api::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(certificates.provider());
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  HeedRevocations(certificates, options);
  options.set_certificate_verifier(
      tls_api::ExternalCertificateVerifier::Create<ServiceVerifier>(service));
  options.set_check_call_host(false);
  return tls_api::TlsCredentials(options);
}

}  // namespace callimport::rpc
