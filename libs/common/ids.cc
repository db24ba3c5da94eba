#include "libs/common/ids.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <random>

#include "libs/common/chance.h"

namespace callimport {
namespace {

std::mt19937_64& Random() {
  if (auto* repeatable = RepeatableChance::Current()) return repeatable->random();
  thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  return random;
}

Timestamp Now() {
  const auto* repeatable = RepeatableChance::Current();
  return repeatable != nullptr ? repeatable->Now() : std::chrono::system_clock::now();
}

std::string Hyphenated(uint64_t high, uint64_t low) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text += '-';
    const uint64_t half = nibble < 16 ? high : low;
    text += kDigits[(half >> (60 - 4 * (nibble % 16))) & 0xF];
  }
  return text;
}

bool IsHyphenPlace(size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

}  // namespace

// Version 7. Twelve bits tell the time within the millisecond (RFC 9562, 6.2, method 3), so that
// ids rise in the order in which a process makes them.
std::string NewUuid() {
  const auto since_epoch = Now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch);
  const auto within =
      std::chrono::nanoseconds(since_epoch - ms) * 0x1000 / std::chrono::milliseconds(1);
  const uint64_t high =
      (static_cast<uint64_t>(ms.count()) << 16) | 0x7000 | static_cast<uint64_t>(within);
  const uint64_t low = (Random()() & 0x3FFF'FFFF'FFFF'FFFF) | 0x8000'0000'0000'0000;
  return Hyphenated(high, low);
}

bool IsUuid(const std::string& text) {
  if (text.size() != 36) return false;
  for (size_t place = 0; place < text.size(); ++place) {
    const auto c = static_cast<unsigned char>(text[place]);
    if (IsHyphenPlace(place) ? c != '-' : !std::isxdigit(c)) return false;
  }
  return true;
}

bool IsWorkspaceId(const std::string& text) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace callimport
