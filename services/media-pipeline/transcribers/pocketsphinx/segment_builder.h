// Makes segments that read like sentences out of words: a new one wherever somebody pauses,
// and for shorter pauses the longer it is.
#pragma once

#include "callimport/common/v1/call.pb.h"

namespace callimport::media_pipeline {

class SegmentBuilder {
 public:
  explicit SegmentBuilder(common::v1::Transcript& transcript) : transcript_(transcript) {}

  // In order of their times.
  void Add(common::v1::Word word);

 private:
  bool BeginsSegment(const common::v1::Word& word) const;

  common::v1::Transcript& transcript_;
};

}  // namespace callimport::media_pipeline
