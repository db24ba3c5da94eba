#include "services/job-scheduler/domain/pricing.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace callimport::job_scheduler {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

struct PricingCase {
  const char* what;
  int64_t calls;
  int64_t free_left;
  std::optional<int32_t> unit;
  int64_t billable;
  int64_t total;
};

class PricingTest : public ::testing::TestWithParam<PricingCase> {};

TEST_P(PricingTest, BillsWhatIsBeyondTheFreeCalls) {
  const PricingCase& expected = GetParam();

  const Price price = PriceOf(expected.calls, {.free_calls_included = 10,
                                               .free_calls_left = expected.free_left,
                                               .cost_per_call_cents = expected.unit});

  EXPECT_EQ(price.billable_calls, expected.billable) << expected.what;
  EXPECT_EQ(price.total_cents, expected.total) << expected.what;
}

INSTANTIATE_TEST_SUITE_P(
    Table, PricingTest,
    ::testing::Values(PricingCase{"no calls", 0, 10, 25, 0, 0},
                      PricingCase{"fewer than free", 3, 10, 25, 0, 0},
                      PricingCase{"exactly free", 10, 10, 25, 0, 0},
                      PricingCase{"one over free", 11, 10, 25, 1, 25},
                      PricingCase{"nothing free", 4, 0, 25, 4, 100},
                      PricingCase{"more used than included", 4, -3, 25, 4, 100},
                      PricingCase{"no price: included", 5'000, 0, std::nullopt, 0, 0},
                      PricingCase{"costs nothing: included", 5'000, 0, 0, 0, 0},
                      PricingCase{"millions", 10'000'010, 10, 99, 10'000'000, 990'000'000},
                      PricingCase{"more than a number holds", kMost, 0, 2, kMost, kMost}));

TEST(PricingPropertyTest, EveryCallIsFreeOrBilledAndTheTotalIsTheirPrice) {
  std::mt19937 random(7);
  for (int round = 0; round < 10'000; ++round) {
    const int64_t calls = std::uniform_int_distribution<int64_t>(0, 1'000'000)(random);
    const int64_t left = std::uniform_int_distribution<int64_t>(-5, 2'000)(random);
    const int32_t unit = std::uniform_int_distribution<int32_t>(1, 10'000)(random);

    const Price price = PriceOf(calls, {.free_calls_left = left, .cost_per_call_cents = unit});

    EXPECT_EQ(price.free_calls + price.billable_calls, calls);
    EXPECT_LE(price.free_calls, std::max<int64_t>(left, 0));
    EXPECT_EQ(price.total_cents, price.billable_calls * unit);
  }
}

}  // namespace
}  // namespace callimport::job_scheduler
