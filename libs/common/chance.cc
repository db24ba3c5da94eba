#include "libs/common/chance.h"

#include <utility>

namespace callimport {
namespace {

thread_local RepeatableChance* current = nullptr;

}  // namespace

std::uint32_t FreshSeed() {
  if (current != nullptr) return static_cast<std::uint32_t>(current->random()());
  return std::random_device{}();
}

RepeatableChance::RepeatableChance(std::uint64_t seed, const Clock& clock)
    : random_(seed), clock_(clock), before_(std::exchange(current, this)) {}

RepeatableChance::~RepeatableChance() { current = before_; }

RepeatableChance* RepeatableChance::Current() { return current; }

}  // namespace callimport
