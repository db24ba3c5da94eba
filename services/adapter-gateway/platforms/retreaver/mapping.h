// From Retreaver's records to ours.
#pragma once

#include "callimport/common/v1/call.pb.h"
#include "libs/json/object.h"

namespace callimport::adapter_gateway::retreaver {

// One element of a list: {"call": {...}}, {"number": {...}}.
void FillCall(const json::Object& element, common::v1::CallRecord& record);
void FillNumber(const json::Object& element, common::v1::CallRecord& record);
bool IsFinished(const json::Object& element);

}  // namespace callimport::adapter_gateway::retreaver
