#include "libs/jwt/base64url.h"

#include <array>
#include <cstdint>

namespace callimport::jwt {
namespace {

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t kNoLetter = 0xFF;

constexpr std::array<uint8_t, 256> ValuesOfLetters() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoLetter);
  for (size_t i = 0; i < kLetters.size(); ++i) {
    values[static_cast<unsigned char>(kLetters[i])] = static_cast<uint8_t>(i);
  }
  return values;
}

constexpr std::array<uint8_t, 256> kValues = ValuesOfLetters();

}  // namespace

std::string ToBase64Url(std::string_view bytes) {
  std::string text;
  uint32_t pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = (pending << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    for (bits += 8; bits >= 6; bits -= 6) text += kLetters[pending >> (bits - 6) & 63];
  }
  if (bits > 0) text += kLetters[pending << (6 - bits) & 63];
  return text;
}

std::optional<std::string> FromBase64Url(std::string_view text) {
  std::string bytes;
  uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    const uint8_t value = kValues[static_cast<unsigned char>(c)];
    if (value == kNoLetter) return std::nullopt;
    pending = (pending << 6 | value) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(pending >> bits & 0xFF);
  }
  // What is left over says nothing, and must be zero; six bits would be a letter too many.
  const bool clean = bits < 6 && (pending & ((1U << bits) - 1)) == 0;
  if (!clean) return std::nullopt;
  return bytes;
}

}  // namespace callimport::jwt
