// Lists of certificates that are believed no more, before their time is over. Inside libs/rpc only.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace callimport::rpc {

struct RevocationList {
  // How OpenSSL names files about this authority: "9234ea4d".
  std::string authority_hash;
  std::string pem;
};

// INVALID_ARGUMENT (revocation_file) when it holds none in PEM, or one that is outdated or not
// signed by an authority of `authorities`: each of that would make every handshake fail.
absl::StatusOr<std::vector<RevocationList>> ReadRevocations(const std::string& text,
                                                            const std::string& authorities);

}  // namespace callimport::rpc
