#include "libs/common/chance.h"

#include <gtest/gtest.h>

#include "libs/common/ids.h"
#include "libs/testing/fake_clock.h"

namespace callimport {
namespace {

TEST(ChanceTest, IsDifferentEachTimeUnlessItIsRepeated) {
  EXPECT_NE(NewUuid(), NewUuid());

  const testing::FakeClock clock;
  std::string first;
  std::uint32_t seed = 0;
  {
    const RepeatableChance chance(7, clock);
    first = NewUuid();
    seed = FreshSeed();
  }
  EXPECT_NE(NewUuid(), first);
  const RepeatableChance again(7, clock);
  EXPECT_EQ(NewUuid(), first);
  EXPECT_EQ(FreshSeed(), seed);
  EXPECT_TRUE(IsUuid(first));
}

}  // namespace
}  // namespace callimport
