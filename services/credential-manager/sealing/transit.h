// Keys that never leave a Vault or OpenBao: its transit engine wraps and unwraps.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/secret.h"
#include "libs/http/http_client.h"
#include "services/credential-manager/sealing/key_list.h"

namespace callimport::credential_manager {

struct TransitSettings {
  // "https://vault.example:8200"
  std::string address;
  std::string mount = "transit";
  // Read for every request, so that it may be renewed at any time.
  std::string token_file;
  std::chrono::milliseconds patience{3000};
};

// Safe from any number of threads. UNAVAILABLE (KEY_SOURCE_UNREACHABLE) when it does not answer,
// is sealed, or does not take the token.
class Transit {
 public:
  Transit(http::HttpClient& http, TransitSettings settings);

  // FAILED_PRECONDITION (KEY_UNKNOWN) when it has no such key, or no such version of it.
  absl::StatusOr<std::string> Wrap(const TransitKey& key, const Secret& data_key,
                                   std::string_view context) const;

  // DATA_LOSS (SEAL_BROKEN) for whatever it does not open.
  absl::StatusOr<Secret> Unwrap(const TransitKey& key, std::string_view wrapped,
                                std::string_view context) const;

 private:
  absl::StatusOr<http::Response> Post(const std::string& operation, const TransitKey& key,
                                      const std::string& body) const;

  http::HttpClient& http_;
  const TransitSettings settings_;
};

}  // namespace callimport::credential_manager
