// Whether certificates and keys are fit for use. Inside libs/rpc only.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/common/secret.h"

namespace callimport::rpc {

// What stands in the files of a TlsConfig.
struct PemTexts {
  std::string certificate;  // of this process, with those that lead to the authority
  Secret key;
  std::string authorities;
  std::string revocations = {};  // empty: there are none
};

// INVALID_ARGUMENT saying which field ("certificate_file" ...) is wrong and how: not PEM, expired,
// or a key that is not the certificate's. gRPC itself would only fail every handshake later.
absl::Status CheckPem(const PemTexts& texts);

}  // namespace callimport::rpc
