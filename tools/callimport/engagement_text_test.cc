#include "tools/callimport/engagement_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callimport::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

media_pipeline::v1::SearchHit Hit() {
  media_pipeline::v1::SearchHit hit;
  hit.mutable_engagement()->set_engagement_id("e-1");
  hit.mutable_engagement()->set_title("Discovery call");
  hit.mutable_engagement()->mutable_start_time()->set_seconds(1'706'709'930);
  auto& moment = *hit.add_moments();
  moment.set_start_ms(83'400);
  moment.set_speaker_name("Dana");
  moment.set_text("we need «encryption» at rest");
  return hit;
}

TEST(EngagementTextTest, ShowsWhereAndByWhomSomethingWasSaid) {
  EXPECT_EQ(HitText(Hit(), {.color = false}),
            "Discovery call  2024-01-31 14:05  e-1\n"
            "  1:23  Dana: we need «encryption» at rest\n");
}

TEST(EngagementTextTest, HighlightsOnATerminal) {
  EXPECT_THAT(HitText(Hit(), {.color = true}), HasSubstr("\x1b[1;33mencryption\x1b[0m"));
}

TEST(EngagementTextTest, LetsNoTitleDriveTheTerminal) {
  auto hit = Hit();
  hit.mutable_engagement()->set_title("\x1b]0;owned\x07");

  EXPECT_THAT(HitText(hit, {.color = false}), Not(HasSubstr("\x1b")));
}

TEST(EngagementTextTest, NamesTheSpeakersOfATranscript) {
  media_pipeline::v1::GetEngagementResponse response;
  auto& participant = *response.mutable_engagement()->add_participants();
  participant.set_speaker_id("s1");
  participant.set_name("Dana");
  participant.set_email("dana@acme.example");
  auto& known = *response.mutable_transcript()->add_segments();
  known.set_start_ms(1'000);
  known.set_speaker_id("s1");
  known.set_text("Hello.");
  auto& unknown = *response.mutable_transcript()->add_segments();
  unknown.set_start_ms(65'000);
  unknown.set_text("Hi.");

  const std::string text = EngagementText(response);

  EXPECT_THAT(text, HasSubstr("participants  Dana <dana@acme.example>\n"));
  EXPECT_THAT(text, HasSubstr("\n0:01  Dana: Hello.\n1:05  Hi.\n"));
}

}  // namespace
}  // namespace callimport::cli
