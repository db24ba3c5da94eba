// Certificate, key and authorities of one TlsConfig, taken over when their files change, and only
// when the new ones are good. Inside libs/rpc only.
#pragma once

#include <grpcpp/security/tls_certificate_provider.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/rpc/config.pb.h"
#include "libs/rpc/memory_file.h"
#include "libs/rpc/pem_check.h"
#include "libs/rpc/periodic_task.h"
#include "libs/rpc/revocation_folder.h"
#include "libs/telemetry/metrics.h"

namespace callimport::rpc {

// gRPC would take whatever it finds in the files, and refuse everybody while that is broken. So it
// watches copies in memory, which change only to what was checked.
class WatchedCertificates {
 public:
  // CONFIG_INVALID names what is wrong; `field` is where the config stands in its file.
  static absl::StatusOr<std::shared_ptr<WatchedCertificates>> Open(const TlsConfig& tls,
                                                                   const std::string& field);

  // The same error without opening anything.
  static absl::Status Check(const TlsConfig& tls, const std::string& field);

  // Where gRPC is to look certificates up that were revoked; empty: nowhere.
  std::string revocation_folder() const { return revocations_ ? revocations_->path() : ""; }

  // What gRPC reads; follows the files as long as this lives.
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider() const {
    return provider_;
  }

 private:
  WatchedCertificates(const TlsConfig& tls, PemTexts texts);
  void LookAgain();
  void Take(PemTexts texts);
  void Complain(const absl::Status& status);

  const TlsConfig tls_;
  metrics::Counter failures_;
  PemTexts taken_;
  int broken_looks_ = 0;  // in a row
  MemoryFile identity_;   // certificate and key in one, so that they change together
  MemoryFile authorities_;
  std::optional<RevocationFolder> revocations_;
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider_;
  PeriodicTask watch_;
};

}  // namespace callimport::rpc
