#include "libs/crypto/length_prefixed.h"

#include <cstdint>

namespace callimport::crypto {
namespace {

constexpr size_t kPrefixBytes = 4;

size_t ReadLength(std::string_view prefix) {
  size_t length = 0;
  for (const char c : prefix) length = length << 8 | static_cast<unsigned char>(c);
  return length;
}

}  // namespace

void AppendPrefixed(std::string& joined, std::string_view part) {
  const auto length = static_cast<uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) joined += static_cast<char>(length >> shift & 0xFF);
  joined += part;
}

std::string JoinPrefixed(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) AppendPrefixed(joined, part);
  return joined;
}

std::optional<std::vector<std::string_view>> ViewPrefixed(std::string_view joined) {
  std::vector<std::string_view> parts;
  while (!joined.empty()) {
    if (joined.size() < kPrefixBytes) return std::nullopt;
    const size_t length = ReadLength(joined.substr(0, kPrefixBytes));
    joined.remove_prefix(kPrefixBytes);
    if (joined.size() < length) return std::nullopt;
    parts.push_back(joined.substr(0, length));
    joined.remove_prefix(length);
  }
  return parts;
}

std::optional<std::vector<std::string>> SplitPrefixed(std::string_view joined) {
  const auto views = ViewPrefixed(joined);
  if (!views) return std::nullopt;
  return std::vector<std::string>(views->begin(), views->end());
}

}  // namespace callimport::crypto
