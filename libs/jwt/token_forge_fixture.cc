#include "libs/jwt/token_forge_fixture.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>
#include <vector>

#include "libs/jwt/base64url.h"

namespace callimport::jwt {
namespace {

constexpr size_t kP256NumberBytes = 32;

void Must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot forge");
}

std::string NumberOf(EVP_PKEY* key, const char* name, size_t bytes) {
  BIGNUM* number = nullptr;
  Must(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  std::string text(bytes == 0 ? static_cast<size_t>(BN_num_bytes(number)) : bytes, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(text.data()),
               static_cast<int>(text.size()));
  BN_free(number);
  return ToBase64Url(text);
}

std::string RawKeyOf(EVP_PKEY* key) {
  std::string text(32, '\0');
  size_t length = text.size();
  Must(EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(text.data()), &length) ==
       1);
  return ToBase64Url(text);
}

std::string SignatureBy(EVP_PKEY* key, const std::string& message) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const EVP_MD* digest = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  Must(EVP_DigestSignInit(context, nullptr, digest, nullptr, key) == 1);
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  size_t length = 0;
  Must(EVP_DigestSign(context, nullptr, &length, bytes, message.size()) == 1);
  std::vector<unsigned char> signature(length);
  Must(EVP_DigestSign(context, signature.data(), &length, bytes, message.size()) == 1);
  EVP_MD_CTX_free(context);
  return {signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(length)};
}

// From DER to r and s one after the other.
std::string ToRaw(const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size()));
  Must(parts != nullptr);
  std::string raw(2 * kP256NumberBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parts), out, kP256NumberBytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts), out + kP256NumberBytes, kP256NumberBytes);
  ECDSA_SIG_free(parts);
  return raw;
}

}  // namespace

TokenForge::TokenForge() {
  const auto own = [](EVP_PKEY* key) { return Key(key, &EVP_PKEY_free); };
  keys_["ed"] = own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  keys_["ec"] = own(EVP_EC_gen("P-256"));
  keys_["rsa"] = own(EVP_RSA_gen(2048));
}

std::string TokenForge::KeyJson(const std::string& key_id) const {
  EVP_PKEY* key = keys_.at(key_id).get();
  const std::string head = R"({"kid":")" + key_id + R"(","use":"sig",)";
  if (key_id == "ed") {
    return head + R"("kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":")" + RawKeyOf(key) + "\"}";
  }
  if (key_id == "ec") {
    return head + R"("kty":"EC","crv":"P-256","x":")" +
           NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_X, kP256NumberBytes) + R"(","y":")" +
           NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_Y, kP256NumberBytes) + "\"}";
  }
  return head + R"("kty":"RSA","n":")" + NumberOf(key, OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
         NumberOf(key, OSSL_PKEY_PARAM_RSA_E, 0) + "\"}";
}

std::string TokenForge::KeySetJson() const {
  return R"({"keys":[)" + KeyJson("ed") + "," + KeyJson("ec") + "," + KeyJson("rsa") + "]}";
}

std::string TokenForge::Mint(const std::string& key_id, const std::string& claims) const {
  const std::string algorithm = key_id == "ed" ? "EdDSA" : key_id == "ec" ? "ES256" : "RS256";
  return Sign(key_id, R"({"alg":")" + algorithm + R"(","typ":"JWT","kid":")" + key_id + "\"}",
              claims);
}

std::string TokenForge::Sign(const std::string& key_id, const std::string& header,
                             const std::string& claims) const {
  const std::string text = ToBase64Url(header) + "." + ToBase64Url(claims);
  const std::string signature = SignatureBy(keys_.at(key_id).get(), text);
  return text + "." + ToBase64Url(key_id == "ec" ? ToRaw(signature) : signature);
}

std::string TokenForge::SignWithPassword(const std::string& password, const std::string& header,
                                         const std::string& claims) {
  const std::string text = ToBase64Url(header) + "." + ToBase64Url(claims);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), password.data(), static_cast<int>(password.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &length);
  return text + "." + ToBase64Url({reinterpret_cast<const char*>(mac), length});
}

std::string TokenForge::PublicPem(const std::string& key_id) const {
  BIO* out = BIO_new(BIO_s_mem());
  Must(PEM_write_bio_PUBKEY(out, keys_.at(key_id).get()) == 1);
  char* text = nullptr;
  const long length = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<size_t>(length));
  BIO_free(out);
  return pem;
}

}  // namespace callimport::jwt
