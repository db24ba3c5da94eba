// Gong's shapes, as its interface description and recorded answers have them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/fake_vendors/gong/call_book.h"
#include "tests/fake_vendors/gong/call_filter.h"
#include "tests/fake_vendors/json_writer.h"

namespace callimport::fake_vendors::gong {

// CallBasicData.
void WriteMetaData(JsonWriter& json, const CallBook& book, const Call& call);
void WriteParties(JsonWriter& json, const Call& call);
// One element of callTranscripts.
void WriteTranscript(JsonWriter& json, const Call& call);
void WriteRecords(JsonWriter& json, const CallPage& page);
void WriteUser(JsonWriter& json, const User& user);

// {"requestId","errors"}.
std::string ErrorJson(const std::string& request_id, const std::string& error);

}  // namespace callimport::fake_vendors::gong
