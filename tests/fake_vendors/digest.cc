#include "tests/fake_vendors/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <span>

namespace callimport::fake_vendors {
namespace {

std::string Hex(std::span<const unsigned char> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace

std::string HmacSha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  return Hex(std::span(mac).first(size));
}

std::string Sha256(const Body& body) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::array<iovec, 16> pieces;
  for (uint64_t offset = 0; offset < body.size();) {
    const size_t used = body.Map(offset, UINT64_MAX - offset, pieces);
    for (const iovec& piece : std::span(pieces).first(used)) {
      EVP_DigestUpdate(context.get(), piece.iov_base, piece.iov_len);
      offset += piece.iov_len;
    }
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  return Hex(std::span(digest).first(size));
}

std::string Base64Decoded(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  std::string decoded(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  size_t padding = 0;
  while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;
  decoded.resize(static_cast<size_t>(size) - padding);
  return decoded;
}

}  // namespace callimport::fake_vendors
