#include "tests/bench/latencies.h"

#include <gtest/gtest.h>

namespace callimport::bench {
namespace {

using std::chrono::milliseconds;

TEST(LatenciesTest, AQuantileIsTheNearestRank) {
  Latencies latencies;
  for (const int value : {50, 10, 40, 20, 30}) latencies.Add(milliseconds(value));

  EXPECT_DOUBLE_EQ(latencies.Quantile(0.5), 30);
  EXPECT_DOUBLE_EQ(latencies.Quantile(0.8), 40);
  EXPECT_DOUBLE_EQ(latencies.Quantile(0.99), 50);
  EXPECT_DOUBLE_EQ(latencies.Quantile(0), 10);
}

TEST(LatenciesTest, NothingMeasuredIsZero) {
  const Latencies latencies;

  EXPECT_EQ(latencies.count(), 0U);
  EXPECT_DOUBLE_EQ(latencies.Quantile(0.95), 0);
}

}  // namespace
}  // namespace callimport::bench
