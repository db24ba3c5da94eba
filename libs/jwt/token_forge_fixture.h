// Makes tokens, good and bad ones, for tests.
#pragma once

#include <openssl/evp.h>

#include <map>
#include <memory>
#include <string>

namespace callimport::jwt {

class TokenForge {
 public:
  // Makes keys of its own: "ed" (Ed25519), "ec" (P-256) and "rsa" (RSA with 2048 bits).
  TokenForge();

  // The public halves, as JWK and as key set.
  std::string KeyJson(const std::string& key_id) const;
  std::string KeySetJson() const;

  // A proper header, and these claims (JSON), signed by the key.
  std::string Mint(const std::string& key_id, const std::string& claims) const;
  // Any header (JSON).
  std::string Sign(const std::string& key_id, const std::string& header,
                   const std::string& claims) const;
  // Signed with a password, as HS256 does.
  static std::string SignWithPassword(const std::string& password, const std::string& header,
                                      const std::string& claims);

  // The SubjectPublicKeyInfo in PEM.
  std::string PublicPem(const std::string& key_id) const;

 private:
  using Key = std::shared_ptr<EVP_PKEY>;
  std::map<std::string, Key> keys_;
};

}  // namespace callimport::jwt
