// Reading lists of vendor records, the same for all platforms: each record is read alone, so that
// one that cannot be read spoils no other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "callimport/adapter_gateway/v1/call_catalog.pb.h"
#include "callimport/adapter_gateway/v1/recordings.pb.h"
#include "libs/json/object.h"

namespace callimport::adapter_gateway {

// Of a source's id of a record. Those that are longer than an index holds are kept whole all the
// same; what is longer than this is no id.
inline constexpr size_t kMaxIdBytes = 4'096;

// Calls `read` with every element of a list, which may be absent; an empty name: the answer itself
// is the list; an object is a list of one. A record that `read` cannot use
// is as good as none; the log tells of it.
using ReadRecord = std::function<void(const json::Object& record, const json::Faults& faults)>;
void ReadEach(const json::Document& answer, const std::string& list, const ReadRecord& read);

// Puts every record on the page, or among its unreadable ones. `fill` needs to set neither
// source_metadata nor to check the id.
using FillCall = std::function<void(const json::Object& record, common::v1::CallRecord& call)>;
void ReadCalls(const json::Document& answer, const std::string& list, const FillCall& fill,
               v1::ListCallsResponse& page);

// The same, but leaves out what is not to be imported, such as a call that still goes on.
using KeepRecord = std::function<bool(const json::Object& record)>;
void ReadCallsIf(const KeepRecord& keep, const json::Document& answer, const std::string& list,
                 const FillCall& fill, v1::ListCallsResponse& page);

// An answer that holds nothing but this record, under the name of the list: the way by which a
// record that was kept is read again. It was part of an answer once, so it is JSON.
json::Document AnswerOf(const std::string& list, const std::string& record);

// Adds what somebody said. Times are milliseconds.
void AddSegment(common::v1::Transcript& transcript, std::optional<int64_t> start,
                std::optional<int64_t> end, const std::string& speaker_id, std::string text);

// The same of a line whose fields say from when to when, in seconds, of a part that begins `from`
// after the recording.
void AddLine(common::v1::Transcript& transcript, std::chrono::milliseconds from,
             const json::Object& line, const char* start, const char* end,
             const std::string& speaker_id, std::string text);

// Puts segments in order of time, and drops transcripts that say nothing (not ready yet).
void Normalize(std::vector<v1::SourceTranscript>& transcripts);

// What is not empty, with `between` in between.
std::string Joined(const std::vector<std::string>& texts, const std::string& between);

// Where a word says so in any spelling: "Internal", "EXTERNAL".
common::v1::Participant::Affiliation ToAffiliation(const std::string& word);

}  // namespace callimport::adapter_gateway
