#include "libs/common/ids.h"

#include <gtest/gtest.h>

#include <set>

#include "libs/common/chance.h"

namespace callimport {
namespace {

TEST(IdsTest, MakesVersionSevenUuidsThatDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = NewUuid();
    ASSERT_TRUE(IsUuid(id)) << id;
    ASSERT_EQ(id[14], '7');
    ASSERT_NE(std::string("89ab").find(id[19]), std::string::npos);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 10'000u);
}

class FineClock : public Clock {
 public:
  Timestamp Now() const override { return now; }
  Timestamp now{std::chrono::seconds(1'767'225'600)};
};

TEST(IdsTest, RiseWithEveryMicrosecond) {
  FineClock clock;
  const RepeatableChance chance(1, clock);
  std::string before = NewUuid();
  for (int i = 0; i < 3'000; ++i) {
    clock.now += std::chrono::microseconds(1);
    const std::string id = NewUuid();
    ASSERT_LT(before, id);
    before = id;
  }
}

TEST(IdsTest, RefusesWhatIsNoUuid) {
  EXPECT_FALSE(IsUuid(""));
  EXPECT_FALSE(IsUuid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5"));
  EXPECT_FALSE(IsUuid("0190a1b2xc3d4-7e5f-8a9b-0c1d2e3f4a5b"));
  EXPECT_FALSE(IsUuid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g"));
}

TEST(IdsTest, KnowsWorkspaceIds) {
  EXPECT_TRUE(IsWorkspaceId("acme-1.eu_west"));
  EXPECT_FALSE(IsWorkspaceId(""));
  EXPECT_FALSE(IsWorkspaceId("two words"));
  EXPECT_FALSE(IsWorkspaceId("../etc"));
  EXPECT_FALSE(IsWorkspaceId(std::string(65, 'a')));
}

}  // namespace
}  // namespace callimport
