#include "libs/crypto/constant_time.h"

#include <openssl/crypto.h>

namespace callimport::crypto {

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace callimport::crypto
