// From Gong's records to ours.
#pragma once

#include "callimport/adapter_gateway/v1/call_catalog.pb.h"
#include "callimport/adapter_gateway/v1/recordings.pb.h"
#include "libs/json/object.h"

namespace callimport::adapter_gateway::gong {

// One element of `calls` of an extensive answer.
void FillCall(const json::Object& call, common::v1::CallRecord& record);

// One element of `callTranscripts`.
v1::SourceTranscript ToTranscript(const json::Object& call);

}  // namespace callimport::adapter_gateway::gong
