#include "libs/crypto/aead.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

#include "libs/common/errors.h"
#include "libs/crypto/random.h"

namespace callimport::crypto {
namespace {

constexpr size_t kMaxPlaintextBytes = 1 << 20;
// Of the programs that came before this one.
constexpr size_t kLongNonceBytes = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// Looking the cipher up by name costs more than sealing a short text.
const EVP_CIPHER* Cipher() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void Must(bool done) {
  if (!done) throw std::runtime_error("AES-256-GCM cannot be computed");
}

Context NewContext() {
  Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  Must(context != nullptr);
  return context;
}

absl::Status Broken() {
  return Error(absl::StatusCode::kDataLoss, "SEAL_BROKEN", "a sealed text does not open");
}

}  // namespace

std::string SealWithNonce(const Secret& key, std::string_view nonce, const Secret& plaintext,
                          std::string_view context) {
  const std::string& text = plaintext.Reveal();
  Must(key.Reveal().size() == kKeyBytes && nonce.size() == kNonceBytes);
  Must(text.size() <= kMaxPlaintextBytes);

  const Context cipher = NewContext();
  std::string ciphertext(text.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int length = 0;
  Must(EVP_EncryptInit_ex2(cipher.get(), Cipher(), Bytes(key.Reveal()), Bytes(nonce), nullptr));
  Must(EVP_EncryptUpdate(cipher.get(), nullptr, &length, Bytes(context),
                         static_cast<int>(context.size())));
  Must(EVP_EncryptUpdate(cipher.get(), Bytes(ciphertext), &length, Bytes(text),
                         static_cast<int>(text.size())));
  Must(EVP_EncryptFinal_ex(cipher.get(), Bytes(tag), &length));
  Must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag.data()));
  return std::string(nonce) + ciphertext + tag;
}

std::string Seal(const Secret& key, const Secret& plaintext, std::string_view context) {
  return SealWithNonce(key, RandomBytes(kNonceBytes), plaintext, context);
}

absl::StatusOr<Secret> Open(const Secret& key, std::string_view sealed, std::string_view context) {
  // The tag's length comes from here, never from outside: a shortened tag could be guessed.
  if (sealed.size() < kNonceBytes + kTagBytes) return Broken();
  const size_t text_bytes = sealed.size() - kNonceBytes - kTagBytes;
  return OpenParts(key, sealed.substr(0, kNonceBytes), sealed.substr(kNonceBytes, text_bytes),
                   sealed.substr(kNonceBytes + text_bytes), context);
}

absl::StatusOr<Secret> OpenParts(const Secret& key, std::string_view nonce,
                                 std::string_view ciphertext, std::string_view tag,
                                 std::string_view context) {
  const bool fits = key.Reveal().size() == kKeyBytes && tag.size() == kTagBytes &&
                    (nonce.size() == kNonceBytes || nonce.size() == kLongNonceBytes) &&
                    ciphertext.size() <= kMaxPlaintextBytes;
  if (!fits) return Broken();

  const Context cipher = NewContext();
  std::string text(ciphertext.size(), '\0');
  std::string expected_tag(tag);
  int length = 0;
  Must(EVP_DecryptInit_ex2(cipher.get(), Cipher(), nullptr, nullptr, nullptr));
  Must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(nonce.size()),
                           nullptr));
  Must(EVP_DecryptInit_ex2(cipher.get(), nullptr, Bytes(key.Reveal()), Bytes(nonce), nullptr));
  Must(EVP_DecryptUpdate(cipher.get(), nullptr, &length, Bytes(context),
                         static_cast<int>(context.size())));
  Must(EVP_DecryptUpdate(cipher.get(), Bytes(text), &length, Bytes(ciphertext),
                         static_cast<int>(ciphertext.size())));
  Must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, expected_tag.data()));
  unsigned char nothing[16];
  if (EVP_DecryptFinal_ex(cipher.get(), nothing, &length) <= 0) {
    OPENSSL_cleanse(text.data(), text.size());  // it was written before the tag was checked
    ERR_clear_error();                          // else TLS on this thread would report it
    return Broken();
  }
  return Secret(std::move(text));
}

}  // namespace callimport::crypto
