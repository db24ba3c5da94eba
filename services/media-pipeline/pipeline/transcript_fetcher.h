// Asks the sources for the transcripts they already have, for many calls at once.
#pragma once

#include <stop_token>

#include "libs/clients/adapter_gateway/recordings_client.h"
#include "services/media-pipeline/pipeline/call_groups.h"

namespace callimport::media_pipeline {

// Whether the source may have a transcript of this call.
bool MayHaveTranscript(const CallInHand& call);

// Sets source_transcript of every call of a group of GroupForTranscripts(), to an error when asking
// failed. Stops asking when all of them are dropped.
void FetchTranscripts(adapter_gateway::RecordingsClient& recordings, const CallGroup& group,
                      const std::stop_token& stop);

}  // namespace callimport::media_pipeline
