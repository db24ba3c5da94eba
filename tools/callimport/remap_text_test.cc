#include "tools/callimport/remap_text.h"

#include <gtest/gtest.h>

namespace callimport::cli {
namespace {

common::v1::RemapTally Page(int number) {
  common::v1::RemapTally page;
  page.set_examined(10);
  page.set_changed(3);
  page.set_unreadable(number);
  for (int i = 0; i < 3; ++i) {
    common::v1::RemappedCall& sample = *page.add_samples();
    sample.set_source_call_id("call " + std::to_string(10 * number + i));
    common::v1::RemappedField& field = *sample.add_fields();
    field.set_name("title");
    field.set_after("new\x1b[31m");
  }
  return page;
}

TEST(RemapTextTest, AddsPagesAndKeepsTheFirstSamples) {
  common::v1::RemapTally all;
  Add(Page(1), all);
  Add(Page(2), all);

  EXPECT_EQ(all.samples_size(), 5);
  EXPECT_EQ(all.samples(4).source_call_id(), "call 21");
  EXPECT_EQ(TallyText(all, "call", false),
            "20 calls read again, 6 to be corrected, 3 beyond this mapping.\n");
}

TEST(RemapTextTest, SaysWhatWasDone) {
  common::v1::RemapTally tally;
  tally.set_examined(1);

  EXPECT_EQ(TallyText(tally, "engagement", true), "1 engagement read again, 0 corrected.\n");
}

TEST(RemapTextTest, ShowsWhatChangesAndDrivesNoTerminal) {
  const std::string wide = SamplesText(Page(1), {.width = 80});
  EXPECT_TRUE(wide.starts_with("  call 10\n    title: nothing → \"new [31m\"\n  call 11\n"))
      << wide;
  const std::string narrow = SamplesText(Page(1), {.width = 16});
  EXPECT_TRUE(narrow.starts_with("  call 10\n    title: noth…\n  call 11\n")) << narrow;
}

}  // namespace
}  // namespace callimport::cli
