#include "libs/jwt/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <optional>

#include "libs/common/errors.h"

namespace callimport::jwt {
namespace {

template <typename T, void (*Free)(T*)>
struct Freer {
  void operator()(T* object) const { Free(object); }
};
template <typename T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Freer<T, Free>>;

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using ParamBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Number = Owned<BIGNUM, BN_free>;
using EcSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

constexpr size_t kEd25519KeyBytes = 32;
constexpr size_t kP256NumberBytes = 32;
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;  // checking a signature of a longer one would keep a thread busy
constexpr size_t kMaxExponentBytes = 4;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::Status Invalid(const std::string& what) {
  ERR_clear_error();
  return Error(absl::StatusCode::kInvalidArgument, "KEY_INVALID", what);
}

Number ToNumber(std::string_view bytes) {
  return Number(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

// Null when OpenSSL finds that it is no key of this type.
Key Build(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return Key(key);
}

bool IsSound(EVP_PKEY* key) {
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context != nullptr && EVP_PKEY_public_check(context.get()) == 1;
}

// Tokens hold r and s one after the other; OpenSSL wants them in DER.
std::optional<std::string> ToDer(std::string_view signature) {
  if (signature.size() != 2 * kP256NumberBytes) return std::nullopt;
  const EcSignature parts(ECDSA_SIG_new());
  Number r = ToNumber(signature.substr(0, kP256NumberBytes));
  Number s = ToNumber(signature.substr(kP256NumberBytes));
  if (parts == nullptr || r == nullptr || s == nullptr ||
      ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1) {
    return std::nullopt;
  }
  // They belong to `parts` now.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(parts.get(), &der);
  if (length <= 0) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  return text;
}

bool Check(EVP_PKEY* key, const EVP_MD* digest, std::string_view message,
           std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  const bool holds = context != nullptr &&
                     EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
                     EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                                      Bytes(message), message.size()) == 1;
  ERR_clear_error();
  return holds;
}

}  // namespace

struct PublicKey::State {
  Key key;
};

absl::StatusOr<PublicKey> PublicKey::Ed25519(const std::string& x) {
  if (x.size() != kEd25519KeyBytes) return Invalid("an Ed25519 key has 32 bytes");
  Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(x), x.size()));
  if (key == nullptr) return Invalid("not an Ed25519 key");
  return PublicKey("EdDSA", std::make_shared<const State>(State{std::move(key)}));
}

absl::StatusOr<PublicKey> PublicKey::P256(const std::string& x, const std::string& y) {
  if (x.size() != kP256NumberBytes || y.size() != kP256NumberBytes) {
    return Invalid("the numbers of a P-256 key have 32 bytes each");
  }
  const std::string point = "\x04" + x + y;  // 4: uncompressed
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return Invalid("not a P-256 key");
  }
  Key key = Build("EC", builder.get());
  if (key == nullptr || !IsSound(key.get())) return Invalid("not a point of the curve P-256");
  return PublicKey("ES256", std::make_shared<const State>(State{std::move(key)}));
}

absl::StatusOr<PublicKey> PublicKey::Rsa(const std::string& modulus, const std::string& exponent) {
  if (modulus.size() > kMaxRsaBits / 8 || exponent.size() > kMaxExponentBytes) {
    return Invalid("an RSA key may have at most 8192 bits, and an exponent of 32");
  }
  const Number n = ToNumber(modulus);
  const Number e = ToNumber(exponent);
  if (n == nullptr || e == nullptr || BN_num_bits(n.get()) < kMinRsaBits || !BN_is_odd(n.get())) {
    return Invalid("an RSA key needs at least 2048 bits");
  }
  if (!BN_is_odd(e.get()) || BN_is_one(e.get())) return Invalid("not an exponent of an RSA key");
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return Invalid("not an RSA key");
  }
  Key key = Build("RSA", builder.get());
  if (key == nullptr) return Invalid("not an RSA key");
  return PublicKey("RS256", std::make_shared<const State>(State{std::move(key)}));
}

absl::StatusOr<PublicKey> PublicKey::RsaFromDer(const std::string& der) {
  const unsigned char* at = Bytes(der);
  const Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (key == nullptr || EVP_PKEY_is_a(key.get(), "RSA") != 1) return Invalid("not an RSA key");
  const auto number = [&](const char* name) {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &value);
    const Number owned(value);
    std::string bytes(owned ? static_cast<size_t>(BN_num_bytes(owned.get())) : 0, '\0');
    if (owned) BN_bn2bin(owned.get(), reinterpret_cast<unsigned char*>(bytes.data()));
    return bytes;
  };
  return Rsa(number(OSSL_PKEY_PARAM_RSA_N), number(OSSL_PKEY_PARAM_RSA_E));
}

bool PublicKey::Verifies(std::string_view message, std::string_view signature) const {
  EVP_PKEY* key = state_->key.get();
  if (algorithm_ == "EdDSA") return Check(key, nullptr, message, signature);
  if (algorithm_ == "RS256") return Check(key, EVP_sha256(), message, signature);
  const std::optional<std::string> der = ToDer(signature);
  return der && Check(key, EVP_sha256(), message, *der);
}

}  // namespace callimport::jwt
