// Ed25519 signatures: whoever has the public key can check them, and cannot make them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"

namespace callimport::crypto {

constexpr size_t kEd25519PublicKeyBytes = 32;
constexpr size_t kEd25519SignatureBytes = 64;

class Ed25519Key {
 public:
  // Of `openssl genpkey -algorithm ed25519`: a private key in PEM, without password.
  // INVALID_ARGUMENT (KEY_INVALID) for anything else; the message shows nothing of it.
  static absl::StatusOr<Ed25519Key> FromPem(const Secret& pem);
  static Ed25519Key Generate();

  // 64 bytes.
  std::string Sign(std::string_view message) const;

  // 32 bytes.
  const std::string& public_key() const { return public_key_; }

 private:
  struct State;
  explicit Ed25519Key(std::shared_ptr<const State> state);

  std::shared_ptr<const State> state_;
  std::string public_key_;
};

bool VerifyEd25519(const std::string& public_key, std::string_view message,
                   std::string_view signature);

}  // namespace callimport::crypto
