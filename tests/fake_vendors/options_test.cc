#include "tests/fake_vendors/options.h"

#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;

const Timestamp kNow = *ParseIso("2026-04-01");

TEST(Options, AreReadFromArguments) {
  const auto options = ParseOptions(
      {"--port=17000", "--gong-calls=12", "--media=bytes", "--media-bytes=100", "--from=2026-03-01",
       "--days=7", "--gong-per-second=3", "--no-transcript-share=0.5"},
      kNow);

  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->port, 17000);
  EXPECT_EQ(options->gong.book.calls, 12U);
  EXPECT_EQ(options->gong.noise_bytes, 100U);
  EXPECT_EQ(ToIso(options->gong.book.from), "2026-03-01T00:00:00Z");
  EXPECT_EQ(options->gong.book.span, std::chrono::hours(7 * 24));
  EXPECT_EQ(options->gong.per_second, 3U);
}

TEST(Options, EndTheCallsNowUnlessToldOtherwise) {
  const auto options = ParseOptions({"--days=1"}, kNow);

  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(ToIso(options->gong.book.from), "2026-03-31T00:00:00Z");
}

TEST(Options, ThatMakeNoSenseAreRefused) {
  for (const char* argument : {"--port", "--port=x", "--gong-calls=-1", "--media=video",
                               "--no-transcript-share=2", "--from=soon", "--what=1", "port=1"}) {
    EXPECT_THAT(ParseOptions({argument}, kNow), HasReason("BAD_OPTION")) << argument;
  }
}

}  // namespace
}  // namespace callimport::fake_vendors
