#include "tests/e2e/eventually.h"

#include <thread>

namespace callimport::e2e {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks(20);

}  // namespace

bool Eventually(std::chrono::milliseconds patience, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return true;
}

bool Always(std::chrono::milliseconds time, const std::function<bool()>& condition) {
  return !Eventually(time, [&] { return !condition(); });
}

}  // namespace callimport::e2e
