// Asks the sources for the transcripts they already have, for many calls at once.
#pragma once

#include <vector>

#include "libs/clients/adapter_gateway/recordings_client.h"
#include "services/media-pipeline/pipeline/call_in_hand.h"

namespace callimport::media_pipeline {

// Whether the source may have a transcript of this call.
bool MayHaveTranscript(const CallInHand& call);

// Calls whose transcripts come with one request: of one credential, at most 100.
std::vector<std::vector<CallPtr>> GroupByCredential(const std::vector<CallPtr>& calls);

// Sets source_transcript of every call of the group, to an error when asking failed.
void FetchTranscripts(adapter_gateway::RecordingsClient& recordings,
                      const std::vector<CallPtr>& group, const std::stop_token& stop);

}  // namespace callimport::media_pipeline
