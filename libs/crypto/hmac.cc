#include "libs/crypto/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace callimport::crypto {

std::string HmacSha256(const Secret& key, std::string_view text) {
  std::string digest(32, '\0');
  unsigned int size = 0;
  const unsigned char* const done =
      HMAC(EVP_sha256(), key.Reveal().data(), static_cast<int>(key.Reveal().size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()), &size);
  if (!done || size != digest.size()) throw std::runtime_error("HMAC cannot be computed");
  return digest;
}

}  // namespace callimport::crypto
