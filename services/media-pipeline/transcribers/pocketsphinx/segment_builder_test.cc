#include "services/media-pipeline/transcribers/pocketsphinx/segment_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace callimport::media_pipeline {
namespace {

common::v1::Word Word(const std::string& text, int start_ms, int end_ms) {
  common::v1::Word word;
  word.set_text(text);
  word.set_start_ms(start_ms);
  word.set_end_ms(end_ms);
  return word;
}

TEST(SegmentBuilder, BeginsASegmentAtEachPause) {
  common::v1::Transcript transcript;
  SegmentBuilder segments(transcript);

  segments.Add(Word("good", 100, 400));
  segments.Add(Word("morning", 450, 900));
  segments.Add(Word("hello", 1500, 2000));

  ASSERT_EQ(transcript.segments_size(), 2);
  EXPECT_EQ(transcript.segments(0).text(), "good morning");
  EXPECT_EQ(transcript.segments(0).start_ms(), 100);
  EXPECT_EQ(transcript.segments(0).end_ms(), 900);
  EXPECT_EQ(transcript.segments(0).words_size(), 2);
  EXPECT_EQ(transcript.segments(1).text(), "hello");
  EXPECT_EQ(transcript.segments(1).start_ms(), 1500);
}

TEST(SegmentBuilder, TakesABreathForAnEndOnceThereIsASentence) {
  common::v1::Transcript transcript;
  SegmentBuilder segments(transcript);

  segments.Add(Word("well", 0, 400));
  segments.Add(Word("we", 700, 900));
  segments.Add(Word("agree", 950, 4500));
  segments.Add(Word("so", 4750, 5000));

  ASSERT_EQ(transcript.segments_size(), 2);
  EXPECT_EQ(transcript.segments(0).text(), "well we agree");
}

TEST(SegmentBuilder, EndsASegmentThatWouldGoOnForEver) {
  common::v1::Transcript transcript;
  SegmentBuilder segments(transcript);

  for (int i = 0; i < 100; ++i) segments.Add(Word("and", i * 1000, i * 1000 + 900));

  for (const common::v1::Segment& segment : transcript.segments()) {
    EXPECT_LE(segment.end_ms() - segment.start_ms(), 30'000);
  }
  EXPECT_EQ(transcript.segments_size(), 4);
}

}  // namespace
}  // namespace callimport::media_pipeline
