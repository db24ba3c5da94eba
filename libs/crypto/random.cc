#include "libs/crypto/random.h"

#include <openssl/rand.h>

#include <stdexcept>

namespace callimport::crypto {

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) !=
      1) {
    throw std::runtime_error("the system gives no random bytes");
  }
  return bytes;
}

}  // namespace callimport::crypto
