// Call ids as Gong has them: 20 digits, too large for a signed 64-bit number, and not to be
// guessed from one another. Yet nothing is remembered: an id is its call's index in disguise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callimport::fake_vendors::gong {

class CallIds {
 public:
  explicit CallIds(uint64_t seed) : seed_(seed) {}

  std::string IdOf(uint64_t index) const;

  // Nothing for what is no id of ours.
  std::optional<uint64_t> IndexOf(std::string_view id) const;

 private:
  uint64_t Round(int round, uint64_t half) const;

  const uint64_t seed_;
};

}  // namespace callimport::fake_vendors::gong
