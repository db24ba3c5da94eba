// The public half of a key that signs tokens, and the one algorithm that goes with it.
//
// The key decides how a signature is checked; what a token says about its algorithm is only
// compared. So a token cannot talk its reader into another one ("none", or HS256 with a public key
// as the password).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace callimport::jwt {

class PublicKey {
 public:
  // Numbers as JWK has them: big-endian bytes. INVALID_ARGUMENT (KEY_INVALID) for what is no key,
  // or too weak a one.
  static absl::StatusOr<PublicKey> Ed25519(const std::string& x);
  static absl::StatusOr<PublicKey> P256(const std::string& x, const std::string& y);
  static absl::StatusOr<PublicKey> Rsa(const std::string& modulus, const std::string& exponent);
  // An RSA key as "SubjectPublicKeyInfo" in DER.
  static absl::StatusOr<PublicKey> RsaFromDer(const std::string& der);

  // "EdDSA", "ES256" or "RS256".
  const std::string& algorithm() const { return algorithm_; }

  bool Verifies(std::string_view message, std::string_view signature) const;

 private:
  struct State;
  PublicKey(std::string algorithm, std::shared_ptr<const State> state)
      : algorithm_(std::move(algorithm)), state_(std::move(state)) {}

  std::string algorithm_;
  std::shared_ptr<const State> state_;
};

}  // namespace callimport::jwt
