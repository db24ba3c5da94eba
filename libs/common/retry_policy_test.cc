#include "libs/common/retry_policy.h"

#include <gtest/gtest.h>

namespace callimport {
namespace {

using std::chrono::milliseconds;

TEST(RetryPolicyTest, DoublesUpToItsBound) {
  const RetryPolicy policy{
      .first_delay = milliseconds(100), .max_delay = milliseconds(500), .jitter = 0};
  std::minstd_rand random(1);

  EXPECT_EQ(DelayAfter(policy, 1, random), milliseconds(100));
  EXPECT_EQ(DelayAfter(policy, 2, random), milliseconds(200));
  EXPECT_EQ(DelayAfter(policy, 3, random), milliseconds(400));
  EXPECT_EQ(DelayAfter(policy, 4, random), milliseconds(500));
  EXPECT_EQ(DelayAfter(policy, 1000, random), milliseconds(500));
}

TEST(RetryPolicyTest, ChanceOnlyShortensWithinItsShare) {
  const RetryPolicy policy{.first_delay = milliseconds(1000), .jitter = 0.25};
  std::minstd_rand random(7);

  for (int i = 0; i < 1000; ++i) {
    const auto delay = DelayAfter(policy, 1, random);
    ASSERT_GE(delay, milliseconds(750));
    ASSERT_LE(delay, milliseconds(1000));
  }
}

}  // namespace
}  // namespace callimport
