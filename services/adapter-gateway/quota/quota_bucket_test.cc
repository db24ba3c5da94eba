#include "services/adapter-gateway/quota/quota_bucket.h"

#include <gtest/gtest.h>

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow{1'767'225'600s};

TEST(QuotaBucket, TellsARefusalUntilItIsHeard) {
  QuotaBucket bucket("gong/1", {{.limit = 3, .period = 1s}});
  bucket.Refused("", kNow, kNow + 30s);
  bucket.Heed({.remaining = 0, .reset = 30s});
  const BucketClaim lost = bucket.Claim(kNow + 1s, {});
  ASSERT_TRUE(lost.refused.has_value());

  bucket.Fail(kNow + 2s);
  bucket.Refused("", kNow + 1s, kNow + 40s);
  const BucketClaim again = bucket.Claim(kNow + 3s, {});

  ASSERT_TRUE(again.refused.has_value());
  EXPECT_EQ(again.refused->sent_ago, 3s);
  EXPECT_EQ(again.refused->pause, 37s);
  EXPECT_TRUE(again.word.has_value());
  bucket.Apply(again, {.windows = {{}}, .stop = 0ms}, kNow + 8s, kNow + 3s);
  EXPECT_FALSE(bucket.Claim(kNow + 4s, {}).refused.has_value());
}

}  // namespace
}  // namespace callimport::adapter_gateway
