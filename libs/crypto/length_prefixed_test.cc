#include "libs/crypto/length_prefixed.h"

#include <gtest/gtest.h>

namespace callimport::crypto {
namespace {

TEST(LengthPrefixedTest, RoundTrips) {
  for (const std::vector<std::string>& parts : {std::vector<std::string>{},
                                                {""},
                                                {"a", "", std::string(70'000, 'x')},
                                                {std::string("\0\xff", 2)}}) {
    EXPECT_EQ(SplitPrefixed(JoinPrefixed(parts)), parts);
  }
}

TEST(LengthPrefixedTest, TellsNeighboursApart) {
  EXPECT_NE(JoinPrefixed({"ab", "c"}), JoinPrefixed({"a", "bc"}));
  EXPECT_NE(JoinPrefixed({"ab"}), JoinPrefixed({"ab", ""}));
}

TEST(LengthPrefixedTest, RefusesWhatIsCutOff) {
  const std::string joined = JoinPrefixed({"secret"});
  for (size_t length = 1; length < joined.size(); ++length) {
    EXPECT_EQ(SplitPrefixed(std::string_view(joined).substr(0, length)), std::nullopt);
  }
}

}  // namespace
}  // namespace callimport::crypto
