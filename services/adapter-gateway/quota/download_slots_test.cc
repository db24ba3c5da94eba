#include "services/adapter-gateway/quota/download_slots.h"

#include <gtest/gtest.h>

#include <thread>

#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasReason;
using testing::IsOk;

TEST(DownloadSlots, AreAsManyAsAllowed) {
  testing::FakeClock clock;
  DownloadSlots slots(clock);
  const Patience none{.until = clock.Now()};

  const auto first = slots.Acquire("a", 2, none);
  auto second = slots.Acquire("a", 2, none);

  EXPECT_THAT(slots.Acquire("a", 2, none), HasReason("QUOTA_EXHAUSTED"));
  EXPECT_THAT(slots.Acquire("b", 2, none), IsOk());
  second->reset();
  EXPECT_THAT(slots.Acquire("a", 2, none), IsOk());
}

TEST(DownloadSlots, AreWaitedFor) {
  DownloadSlots slots(SystemClock());
  auto taken = slots.Acquire("a", 1, {.until = SystemClock().Now()});
  std::jthread other([&] { taken->reset(); });

  EXPECT_THAT(slots.Acquire("a", 1, {.until = SystemClock().Now() + 10s}), IsOk());
}

TEST(DownloadSlots, AreEndlessWithoutLimit) {
  DownloadSlots slots(SystemClock());
  for (int i = 0; i < 10; ++i) EXPECT_THAT(slots.Acquire("a", 0, {}), IsOk());
}

}  // namespace
}  // namespace callimport::adapter_gateway
