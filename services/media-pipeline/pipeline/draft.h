// Puts together what a call becomes.
#pragma once

#include <optional>

#include "services/media-pipeline/pipeline/call_in_hand.h"
#include "services/media-pipeline/search/search_vector.h"

namespace callimport::media_pipeline {

// How long it took, and how much is known of it, by its record and what came with it; no
// transcript: nullptr.
void Judge(const std::optional<StoredRecording>& recording,
           const common::v1::Transcript* transcript, EngagementFacts& facts);

// What of it can be found; it must outlive that.
Searchable ToSearchable(const EngagementDraft& draft);

// Takes the record out of the call. The search vector is made later, for many drafts at once.
EngagementDraft MakeDraft(CallInHand& call, const std::optional<StoredRecording>& recording,
                          std::optional<TranscriptWithOriginal> transcript);

}  // namespace callimport::media_pipeline
