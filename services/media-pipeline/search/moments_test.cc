#include "services/media-pipeline/search/moments.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/search/scripted_dictionary.h"

namespace callimport::media_pipeline {
namespace {

class MomentsTest : public ::testing::Test {
 protected:
  common::v1::Segment& Say(int start_ms, int end_ms, const std::string& text) {
    common::v1::Segment& segment = *transcript_.add_segments();
    segment.set_start_ms(start_ms);
    segment.set_end_ms(end_ms);
    segment.set_speaker_id("s1");
    segment.set_text(text);
    return segment;
  }

  std::vector<FoundMoment> Find(const std::string& query, size_t limit = 5) {
    auto moments = FindMoments(*lexicon_, transcript_, ParseQueryTerms(query), limit);
    EXPECT_THAT(moments, testing::IsOk());
    return *std::move(moments);
  }

  std::unique_ptr<Lexicon> lexicon_ = MakeScriptedLexicon();
  common::v1::Transcript transcript_;
};

TEST_F(MomentsTest, FindsASegmentByTheStemOfAWord) {
  Say(0, 900, "Good morning.");
  Say(1000, 2500, "Our prices, they changed!");

  const auto moments = Find("'price'");

  ASSERT_EQ(moments.size(), 1U);
  EXPECT_EQ(moments[0].start_ms, 1000);
  EXPECT_EQ(moments[0].end_ms, 2500);
  EXPECT_EQ(moments[0].speaker_id, "s1");
  EXPECT_EQ(moments[0].text, "Our «prices», they changed!");
}

TEST_F(MomentsTest, TellsTheSecondOfTheWordWhereWordsAreTimed) {
  common::v1::Segment& segment = Say(1000, 4000, "about the price");
  for (const auto& [start, text] : {std::pair{1000, "about"}, {2000, "the"}, {3000, "price"}}) {
    common::v1::Word& word = *segment.add_words();
    word.set_start_ms(start);
    word.set_text(text);
  }

  EXPECT_EQ(Find("'price'").at(0).start_ms, 3000);
}

TEST_F(MomentsTest, PrefersSegmentsInWhichMoreOfTheQueryIsSaid) {
  for (int i = 0; i < 8; ++i) Say(i * 1000, i * 1000 + 900, "price");
  Say(9000, 9900, "price and discount");

  const auto moments = Find("'price' & 'discount'", 2);

  ASSERT_EQ(moments.size(), 2U);
  EXPECT_EQ(moments[0].start_ms, 0) << "in order of time";
  EXPECT_EQ(moments[1].start_ms, 9000);
}

TEST_F(MomentsTest, MarksAPhraseOnlyWhereItsWordsStandTogether) {
  Say(0, 900, "the review of security");
  Say(1000, 1900, "a security review and a review");

  const auto moments = Find("'security' <-> 'review'");

  ASSERT_EQ(moments.size(), 1U);
  EXPECT_EQ(moments[0].text, "a «security» «review» and a review");
}

TEST_F(MomentsTest, FindsAPhraseThatRunsIntoTheNextSegment) {
  Say(0, 900, "about security");
  Say(1000, 1900, "review next week");

  EXPECT_EQ(Find("'security' <-> 'review'").size(), 2U);
}

TEST_F(MomentsTest, ShowsWhatWasSaidAroundInALongSegment) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += i == 50 ? "price " : "word ";
  Say(0, 900, text);

  const std::string shown = Find("'price'").at(0).text;

  EXPECT_LT(shown.size(), 250U);
  EXPECT_THAT(shown, ::testing::StartsWith("… word"));
  EXPECT_THAT(shown, ::testing::HasSubstr("«price»"));
  EXPECT_THAT(shown, ::testing::EndsWith("word …"));
}

TEST_F(MomentsTest, HasNoMomentForWhatWasNotSaid) {
  Say(0, 900, "hello");
  EXPECT_TRUE(Find("'price'").empty());
  EXPECT_TRUE(Find("T").empty());
}

}  // namespace
}  // namespace callimport::media_pipeline
