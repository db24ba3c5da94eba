#include "tests/fake_vendors/utc_time.h"

#include <gtest/gtest.h>

namespace callimport::fake_vendors {
namespace {

TEST(UtcTime, IsReadAndWritten) {
  EXPECT_EQ(ToIso(*ParseIso("2026-03-02T15:01:10Z")), "2026-03-02T15:01:10Z");
  EXPECT_EQ(ToIso(*ParseIso("2026-03-02")), "2026-03-02T00:00:00Z");
  EXPECT_EQ(ToIso(*ParseIso("2026-03-02T15:01:10.250+02:00")), "2026-03-02T13:01:10Z");
  EXPECT_EQ(ToIso(*ParseIso("2026-03-02T15:01:10-0330")), "2026-03-02T18:31:10Z");
}

TEST(UtcTime, IsRefusedWhenItIsNone) {
  for (const char* text : {"", "soon", "2026-13-01", "2026-03-02T25:00:00Z", "2026-03-02T15:01",
                           "2026-03-02T15:01:10X", "2026-03-02 15:01:10Z"}) {
    EXPECT_EQ(ParseIso(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace callimport::fake_vendors
