#include "libs/crypto/id_key.h"

#include "absl/strings/str_cat.h"
#include "libs/crypto/digest.h"

namespace callimport::crypto {

std::string KeyOfId(const std::string& id) {
  if (id.size() <= kLongestIdKey) return id;
  return absl::StrCat("sha256:", ToHex(Sha256(id)));
}

}  // namespace callimport::crypto
