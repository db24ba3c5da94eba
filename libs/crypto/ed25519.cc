#include "libs/crypto/ed25519.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdexcept>

#include "libs/common/errors.h"

namespace callimport::crypto {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void Must(bool done) {
  if (!done) throw std::runtime_error("Ed25519 cannot be computed");
}

// An encrypted key is refused, instead of asking the terminal for its password.
int NoPassword(char*, int, int, void*) { return -1; }

Key ReadPem(const Secret& pem) {
  const std::string& text = pem.Reveal();
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  Must(in != nullptr);
  Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, &NoPassword, nullptr), &EVP_PKEY_free);
  ERR_clear_error();
  return key;
}

}  // namespace

struct Ed25519Key::State {
  Key key;
};

Ed25519Key::Ed25519Key(std::shared_ptr<const State> state)
    : state_(std::move(state)), public_key_(kEd25519PublicKeyBytes, '\0') {
  size_t length = public_key_.size();
  Must(EVP_PKEY_get_raw_public_key(state_->key.get(), Bytes(public_key_), &length) == 1);
}

absl::StatusOr<Ed25519Key> Ed25519Key::FromPem(const Secret& pem) {
  Key key = ReadPem(pem);
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) {
    return Error(absl::StatusCode::kInvalidArgument, "KEY_INVALID",
                 "not a private Ed25519 key in PEM");
  }
  return Ed25519Key(std::make_shared<const State>(State{std::move(key)}));
}

Ed25519Key Ed25519Key::Generate() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
  Must(key != nullptr);
  return Ed25519Key(std::make_shared<const State>(State{std::move(key)}));
}

std::string Ed25519Key::Sign(std::string_view message) const {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(kEd25519SignatureBytes, '\0');
  size_t length = signature.size();
  Must(context != nullptr &&
       EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1);
  Must(EVP_DigestSign(context.get(), Bytes(signature), &length, Bytes(message), message.size()) ==
       1);
  return signature;
}

bool VerifyEd25519(const std::string& public_key, std::string_view message,
                   std::string_view signature) {
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()),
      &EVP_PKEY_free);
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool holds =
      key != nullptr && context != nullptr &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                       message.size()) == 1;
  ERR_clear_error();
  return holds;
}

}  // namespace callimport::crypto
