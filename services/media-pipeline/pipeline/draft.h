// Puts together what a call becomes.
#pragma once

#include <optional>

#include "services/media-pipeline/pipeline/call_in_hand.h"

namespace callimport::media_pipeline {

// Takes the record out of the call. The search vector is made later, for many drafts at once.
EngagementDraft MakeDraft(CallInHand& call, const std::optional<StoredRecording>& recording,
                          std::optional<TranscriptWithOriginal> transcript);

}  // namespace callimport::media_pipeline
