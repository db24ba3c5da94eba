#include "tests/fake_vendors/gong/call_ids.h"

#include <charconv>

#include "tests/fake_vendors/random.h"

namespace callimport::fake_vendors::gong {
namespace {

// Ids are kFirst + 62 bits: 20 digits each.
constexpr uint64_t kFirst = 10'000'000'000'000'000'000U;
constexpr int kHalfBits = 31;
constexpr uint64_t kHalfMask = (uint64_t{1} << kHalfBits) - 1;
constexpr int kRounds = 4;

}  // namespace

uint64_t CallIds::Round(int round, uint64_t half) const {
  return Mix(seed_ + static_cast<uint64_t>(round), half) & kHalfMask;
}

// A Feistel network: every round can be undone, whatever Round() is.
std::string CallIds::IdOf(uint64_t index) const {
  uint64_t left = index >> kHalfBits;
  uint64_t right = index & kHalfMask;
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t next = left ^ Round(round, right);
    left = right;
    right = next;
  }
  return std::to_string(kFirst + ((left << kHalfBits) | right));
}

std::optional<uint64_t> CallIds::IndexOf(std::string_view id) const {
  uint64_t number = 0;
  const char* const end = id.data() + id.size();
  const auto [stopped, error] = std::from_chars(id.data(), end, number);
  if (error != std::errc() || stopped != end || number < kFirst) return std::nullopt;
  number -= kFirst;
  if (number >> (2 * kHalfBits) != 0) return std::nullopt;
  uint64_t left = number >> kHalfBits;
  uint64_t right = number & kHalfMask;
  for (int round = kRounds - 1; round >= 0; --round) {
    const uint64_t previous = right ^ Round(round, left);
    right = left;
    left = previous;
  }
  return (left << kHalfBits) | right;
}

}  // namespace callimport::fake_vendors::gong
