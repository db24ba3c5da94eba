// The list of key-encryption keys, as a file or an environment variable holds it.
//
//   # the first seals, all open
//   k2:transit/callimport/3                                 version 3 of a key of Vault or OpenBao
//   k1:q7pC0u8n2Jc5o0eH1n3xg8rY6Yw4Zb2sT9vLk5mXhQE=         a key itself, 32 bytes in base64
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"

namespace callimport::credential_manager {

struct TransitKey {
  std::string name;
  int version = 0;
};

struct KeyList {
  std::string primary_id;
  std::map<std::string, Secret> local;
  std::map<std::string, TransitKey> transit;

  bool Has(const std::string& id) const { return local.contains(id) || transit.contains(id); }
  std::vector<std::string> Ids() const;
};

// INVALID_ARGUMENT (KEYS_MALFORMED), naming the line and nothing that stands in it.
absl::StatusOr<KeyList> ParseKeyList(const Secret& text);

}  // namespace callimport::credential_manager
