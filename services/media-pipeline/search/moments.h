// Finds the places in a transcript where somebody said what a query asks for.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/call.pb.h"
#include "services/media-pipeline/search/lexicon.h"
#include "services/media-pipeline/search/query_terms.h"

namespace callimport::media_pipeline {

struct FoundMoment {
  int start_ms = 0;
  int end_ms = 0;
  std::string speaker_id;
  // Matches between « and ».
  std::string text;
};

// The segments in which most of the terms occur, at most `limit`, in order of time.
absl::StatusOr<std::vector<FoundMoment>> FindMoments(Lexicon& lexicon,
                                                     const common::v1::Transcript& transcript,
                                                     const std::vector<QueryTerm>& terms,
                                                     size_t limit);

}  // namespace callimport::media_pipeline
