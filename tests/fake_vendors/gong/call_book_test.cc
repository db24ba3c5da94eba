#include "tests/fake_vendors/gong/call_book.h"

#include <gtest/gtest.h>

#include <set>

namespace callimport::fake_vendors::gong {
namespace {

CallBook BookOf(uint64_t calls) {
  return CallBook({.seed = 7, .calls = calls, .from = Timestamp(std::chrono::hours(490'000))});
}

TEST(CallIds, HaveTwentyDigitsAndLeadBackToTheirIndex) {
  const CallIds ids(42);
  std::set<std::string> seen;

  for (uint64_t index = 0; index < 2000; ++index) {
    const std::string id = ids.IdOf(index);
    EXPECT_EQ(id.size(), 20U);
    EXPECT_EQ(ids.IndexOf(id), index);
    seen.insert(id);
  }

  EXPECT_EQ(seen.size(), 2000U);
}

TEST(CallIds, OfAnotherSeedAreOthers) { EXPECT_NE(CallIds(1).IdOf(5), CallIds(2).IdOf(5)); }

TEST(CallIds, RefuseWhatIsNoId) {
  for (const char* text : {"", "12", "x", "99999999999999999999", "1234567890123456789a"}) {
    EXPECT_EQ(CallIds(1).IndexOf(text), std::nullopt) << text;
  }
}

TEST(CallBook, DoesNotKnowIdsBeyondItsEnd) {
  EXPECT_EQ(BookOf(10).IndexOf(BookOf(20).IdOf(15)), std::nullopt);
}

TEST(CallBook, IsOrderedByStart) {
  const CallBook book = BookOf(500);
  for (uint64_t index = 1; index < book.size(); ++index) {
    EXPECT_LE(book.StartOf(index - 1), book.StartOf(index));
  }
}

TEST(CallBook, FindsTheFirstCallFromAnyTimeOn) {
  const CallBook book = BookOf(300);
  for (uint64_t index = 0; index < book.size(); ++index) {
    const uint64_t found = book.FirstFrom(book.StartOf(index));
    EXPECT_EQ(book.StartOf(found), book.StartOf(index));
    EXPECT_TRUE(found == 0 || book.StartOf(found - 1) < book.StartOf(index));
  }
  EXPECT_EQ(book.FirstFrom(Timestamp::max()), book.size());
}

TEST(CallBook, TellsTheSameCallEveryTime) {
  const Call once = BookOf(100).At(17);
  const Call again = BookOf(100).At(17);

  EXPECT_EQ(once.title, again.title);
  EXPECT_EQ(once.buyer.email, again.buyer.email);
  ASSERT_EQ(once.dialogue.lines.size(), again.dialogue.lines.size());
  EXPECT_EQ(once.dialogue.lines.back().text, again.dialogue.lines.back().text);
}

TEST(CallBook, LeavesOutTranscriptsForTheShareAskedFor) {
  const CallBook book({.seed = 3, .calls = 2000, .no_transcript_share = 0.25});
  int without = 0;
  for (uint64_t index = 0; index < book.size(); ++index)
    without += book.HasTranscript(index) ? 0 : 1;
  EXPECT_NEAR(without, 500, 75);
}

TEST(CallBook, FitsTheDialogueIntoARecordingOfAnotherLength) {
  const CallBook book({.seed = 3, .calls = 5, .recording_length = std::chrono::seconds(8)});
  const Call call = book.At(2);

  EXPECT_EQ(call.length, std::chrono::seconds(8));
  EXPECT_LE(call.dialogue.lines.back().end, call.length);
}

}  // namespace
}  // namespace callimport::fake_vendors::gong
