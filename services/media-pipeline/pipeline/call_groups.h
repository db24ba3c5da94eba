// Which calls are asked for together.
#pragma once

#include <vector>

#include "services/media-pipeline/pipeline/call_in_hand.h"

namespace callimport::media_pipeline {

using CallGroup = std::vector<CallPtr>;

// Calls whose transcripts come with one request: of one credential, at most 100.
std::vector<CallGroup> GroupForTranscripts(const std::vector<CallPtr>& calls);

// Calls whose recordings come with one rpc: of one job, so that they are dropped together, and
// few enough that a handful of rpcs share the work.
std::vector<CallGroup> GroupForDownloads(const std::vector<CallPtr>& calls);

}  // namespace callimport::media_pipeline
