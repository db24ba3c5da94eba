#include "tests/bench/measurement.h"

#include <gtest/gtest.h>

namespace callimport::bench {
namespace {

TEST(MeasurementTest, NumbersShowTheDigitsThatMeanSomething) {
  EXPECT_EQ(FormatNumber(1'234'567.8), "1,234,568");
  EXPECT_EQ(FormatNumber(123), "123");
  EXPECT_EQ(FormatNumber(12.345), "12.3");
  EXPECT_EQ(FormatNumber(1.2345), "1.23");
  EXPECT_EQ(FormatNumber(0.01234), "0.012");
  EXPECT_EQ(FormatNumber(0), "0");
  EXPECT_EQ(FormatNumber(-1000), "-1,000");
  EXPECT_EQ(FormatCount(4), "4");
  EXPECT_EQ(FormatCount(50'000), "50,000");
}

TEST(MeasurementTest, ALineSaysWhetherTheTargetIsMet) {
  Measurement measurement{.row = "import",
                          .what = "whole imports",
                          .value = 1500,
                          .unit = "calls/s",
                          .target = AtLeast(2000),
                          .conditions = "10,000 calls"};

  EXPECT_EQ(FormatForPeople(measurement),
            "whole imports                                      1,500 calls/s         "
            "≥ 2,000       short\n    10,000 calls\n");

  measurement.target = AtMost(1500);
  EXPECT_NE(FormatForPeople(measurement).find("≤ 1,500       met"), std::string::npos);
}

TEST(MeasurementTest, JsonHoldsEverythingOnOneLine) {
  const Measurement with_target{
      .row = "reads", .what = "a \"read\"", .value = 2.5, .unit = "ms", .target = AtMost(20)};
  const Measurement without{.row = "reads", .what = "x", .value = 1, .unit = "s"};

  EXPECT_EQ(FormatAsJson(with_target),
            R"({"row":"reads","what":"a \"read\"","value":2.5,"unit":"ms",)"
            R"("target":20,"target_is":"at_most","met":true,"conditions":""})");
  EXPECT_EQ(FormatAsJson(without),
            R"({"row":"reads","what":"x","value":1,"unit":"s","conditions":""})");
}

}  // namespace
}  // namespace callimport::bench
