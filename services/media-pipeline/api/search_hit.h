// A search result as the proto tells it, with the moments in which it was said.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/media_pipeline/v1/engagements.pb.h"
#include "services/media-pipeline/search/lexicon.h"
#include "services/media-pipeline/search/query_terms.h"
#include "services/media-pipeline/storage/engagement_store.h"

namespace callimport::media_pipeline {

absl::StatusOr<v1::SearchHit> MakeSearchHit(Lexicon& lexicon, const EngagementStore::Found& found,
                                            const std::vector<QueryTerm>& terms);

}  // namespace callimport::media_pipeline
