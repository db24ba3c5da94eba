#include "services/media-pipeline/transcribers/pocketsphinx/segment_builder.h"

#include <algorithm>
#include <utility>

namespace callimport::media_pipeline {
namespace {

constexpr int kPauseMs = 600;
// Quick talkers take no more than a breath between sentences: enough once there is one to end.
constexpr int kBreathMs = 180;
constexpr int kSentenceMs = 4'000;
constexpr int kLongestMs = 30'000;

}  // namespace

void SegmentBuilder::Add(common::v1::Word word) {
  const bool begins = BeginsSegment(word);
  common::v1::Segment& segment =
      begins ? *transcript_.add_segments()
             : *transcript_.mutable_segments(transcript_.segments_size() - 1);
  if (begins) segment.set_start_ms(word.start_ms());
  segment.set_end_ms(std::max(segment.end_ms(), word.end_ms()));
  if (!begins) segment.mutable_text()->push_back(' ');
  segment.mutable_text()->append(word.text());
  *segment.add_words() = std::move(word);
}

bool SegmentBuilder::BeginsSegment(const common::v1::Word& word) const {
  if (transcript_.segments().empty()) return true;
  const common::v1::Segment& last = *transcript_.segments().rbegin();
  const int pause = word.start_ms() - last.end_ms();
  const int spoken = last.end_ms() - last.start_ms();
  return pause >= (spoken < kSentenceMs ? kPauseMs : kBreathMs) ||
         word.end_ms() - last.start_ms() > kLongestMs;
}

}  // namespace callimport::media_pipeline
