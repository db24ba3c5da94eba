#include "services/adapter-gateway/platforms/needed_fields.h"

namespace callimport::adapter_gateway {

std::vector<NeededField> NeededFieldsOf(const std::string& platform) {
  if (platform == "gong") {
    return {{"/v2/calls/extensive", "calls", "metaData.id"},
            {"/v2/calls/extensive", "calls", "metaData.started"},
            {"/v2/calls/extensive", "calls", "metaData.duration"},
            {"/v2/calls/extensive", "records", "totalRecords"},
            {"/v2/calls/transcript", "callTranscripts", "callId"},
            {"/v2/calls/transcript", "callTranscripts", "transcript"}};
  }
  if (platform == "openphone") {
    return {{"/calls", "data", "id"},          {"/calls", "data", "createdAt"},
            {"/calls", "data", "status"},      {"/calls", "data", "participants"},
            {"/recordings", "data", "status"}, {"/transcripts", "data", "status"},
            {"/messages", "data", "id"},       {"/messages", "data", "conversationId"},
            {"/users", "data", "id"}};
  }
  if (platform == "retreaver") {
    return {
        {"/api/v3/calls.json", "", "call.uuid"},       {"/api/v3/calls.json", "", "call.status"},
        {"/api/v3/calls.json", "", "call.start_time"}, {"/api/v3/calls.json", "", "call.caller"},
        {"/numbers.json", "", "number.number"},        {"/company.json", "", "company.id"}};
  }
  return {};
}

}  // namespace callimport::adapter_gateway
