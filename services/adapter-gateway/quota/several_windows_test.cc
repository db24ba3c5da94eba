// Several windows at once, of groups of endpoints, with weights and reserves: whatever is asked at
// whatever time, the vendor gets no more in any period than each of them allows, and nearly that.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "libs/testing/fake_clock.h"
#include "services/adapter-gateway/quota/quota_broker.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;

struct Sent {
  Timestamp at;
  std::string group;
};

const std::vector<QuotaPolicy>& Policies() {
  static const std::vector<QuotaPolicy> policies = {
      {.windows = {{.limit = 5, .period = 1s},
                   {.limit = 60, .period = 20s},
                   {.limit = 150, .period = 60s}}},
      {.windows = {{.limit = 10, .period = 1s, .weight = 5}, {.limit = 100, .period = 60s}}},
      {.windows = {{.limit = 3, .period = 1s, .group = "heavy"},
                   {.limit = 10, .period = 1s, .group = "light"},
                   {.limit = 200, .period = 30s}}},
      {.windows = {{.limit = 50, .period = 777ms}, {.limit = 400, .period = 3600s, .reserve = 40}}},
      {.windows = {{.limit = 1, .period = 300ms, .group = "heavy"},
                   {.limit = 40, .period = 20s, .group = "heavy", .weight = 2},
                   {.limit = 7, .period = 1s}}}};
  return policies;
}

// Everybody asks as soon as he may, for what chance says.
std::vector<Sent> AskAtRandom(const QuotaPolicy& policy, unsigned seed,
                              std::chrono::seconds length) {
  std::minstd_rand random(seed);
  const auto chance = [&](int of) { return std::uniform_int_distribution<>(0, of - 1)(random); };
  const std::vector<std::string> groups = {"", "heavy", "light"};
  testing::FakeClock clock;
  QuotaBroker broker(clock);
  std::vector<Sent> sent;
  for (const Timestamp end = clock.Now() + length; clock.Now() < end;) {
    const std::string& group = groups[static_cast<size_t>(chance(3))];
    const QuotaUse use{.group = group, .urgent = chance(10) == 0};
    if (broker.Acquire("vendor/1", policy, {.until = clock.Now()}, use).ok()) {
      sent.push_back({clock.Now(), group});
    }
    if (chance(20) == 0) {
      EXPECT_TRUE(broker.Tick().ok());
    }
    clock.Advance(std::chrono::milliseconds(chance(15)));
  }
  return sent;
}

int64_t MostIn(const std::vector<Sent>& sent, const QuotaWindow& window) {
  std::vector<Timestamp> counted;
  for (const Sent& each : sent) {
    if (Counts(window, each.group)) counted.push_back(each.at);
  }
  int64_t most = 0;
  for (size_t first = 0, end = 0; first < counted.size(); ++first) {
    while (end < counted.size() && counted[end] < counted[first] + window.period) ++end;
    most = std::max(most, static_cast<int64_t>(end - first) * window.weight);
  }
  return most;
}

TEST(SeveralWindows, AreAllKeptInAnyPeriod) {
  for (size_t i = 0; i < Policies().size(); ++i) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
      const auto sent = AskAtRandom(Policies()[i], seed, 90s);

      for (const QuotaWindow& window : Policies()[i].windows) {
        EXPECT_LE(MostIn(sent, window), window.limit)
            << "policy " << i << ", seed " << seed << ": " << window.limit << " in "
            << window.period.count() << " ms of '" << window.group << "'";
      }
    }
  }
}

TEST(SeveralWindows, LetNearlyAllThroughThatTheTightestAllows) {
  const auto sent = AskAtRandom(Policies().front(), 1, 120s);

  EXPECT_GE(sent.size(), 150u * 2 * 9 / 10);
}

}  // namespace
}  // namespace callimport::adapter_gateway
