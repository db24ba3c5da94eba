#include "libs/json/iso_time.h"

#include <gtest/gtest.h>

namespace callimport::json {
namespace {

using namespace std::chrono_literals;

TEST(IsoTime, IsReadInEveryCommonForm) {
  const Timestamp expected(1'772'463'670s);
  EXPECT_EQ(ParseIsoTime("2026-03-02T15:01:10Z"), expected);
  EXPECT_EQ(ParseIsoTime("2026-03-02T17:01:10+02:00"), expected);
  EXPECT_EQ(ParseIsoTime("2026-03-02T07:31:10-0730"), expected);
  EXPECT_EQ(ParseIsoTime("2026-03-02T15:01:10.5Z"), expected + 500ms);
  EXPECT_EQ(ParseIsoTime("2026-03-02T15:01:10.123456789Z"), expected + 123'456'789ns);
}

TEST(IsoTime, IsRefusedWhenAPartIsWrong) {
  for (const char* text :
       {"", "2026-03-02", "2026-03-02T15:01:10", "2026-13-02T15:01:10Z", "2026-02-30T15:01:10Z",
        "2026-03-02T25:01:10Z", "2026-03-02T15:61:10Z", "2026-03-02T15:01:10.Z",
        "2026-03-02T15:01:10Zx", "1772463670", "2026-03-02T15:01:10+2"}) {
    EXPECT_EQ(ParseIsoTime(text), std::nullopt) << text;
  }
}

TEST(IsoTime, IsWrittenInUtc) {
  EXPECT_EQ(FormatIsoTime(Timestamp(1'772'463'670s)), "2026-03-02T15:01:10Z");
  EXPECT_EQ(FormatIsoTime(Timestamp(1'772'463'670s) + 7ms), "2026-03-02T15:01:10.007Z");
}

}  // namespace
}  // namespace callimport::json
