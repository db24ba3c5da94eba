#include "tests/fake_vendors/http/body.h"

#include <gtest/gtest.h>

namespace callimport::fake_vendors {
namespace {

Body HeadAndBlock(uint64_t size) {
  return {"head", std::make_shared<const std::string>("0123456789"), size};
}

TEST(Body, RepeatsItsBlockUpToItsSize) {
  EXPECT_EQ(HeadAndBlock(19).Copy(), "head012345678901234");
}

TEST(Body, MayBeShorterThanItsHead) { EXPECT_EQ(HeadAndBlock(2).Copy(), "he"); }

TEST(Body, EverySliceEqualsThatPartOfTheWhole) {
  const Body body = HeadAndBlock(40);
  const std::string whole = body.Copy();

  for (uint64_t offset = 0; offset <= 41; ++offset) {
    for (uint64_t length = 0; length <= 41; ++length) {
      const std::string expected = offset > whole.size() ? "" : whole.substr(offset, length);
      EXPECT_EQ(body.Slice(offset, length).Copy(), expected) << offset << " " << length;
    }
  }
}

TEST(Body, MapsNoMoreThanItIsAskedFor) {
  iovec pieces[2];

  const size_t used = HeadAndBlock(1000).Map(2, 5, pieces);

  ASSERT_EQ(used, 2U);
  EXPECT_EQ(pieces[0].iov_len + pieces[1].iov_len, 5U);
}

TEST(Body, IsEmptyUnlessGivenAnything) {
  iovec pieces[2];
  EXPECT_EQ(Body().Map(0, 100, pieces), 0U);
  EXPECT_EQ(Body().Copy(), "");
}

}  // namespace
}  // namespace callimport::fake_vendors
