// From OpenPhone's records to ours.
#pragma once

#include <string>

#include "callimport/adapter_gateway/v1/recordings.pb.h"
#include "services/adapter-gateway/platforms/people.h"

namespace callimport::adapter_gateway::openphone {

// One element of GET /calls. A call that nobody answered is its voicemail, if there is one.
void FillCall(const json::Object& call, const People& people, common::v1::CallRecord& record);

// The transcripts of one call, or what was written down of its voicemail.
void FillTranscript(const json::Document& answer, v1::SourceTranscript& transcript);

}  // namespace callimport::adapter_gateway::openphone
