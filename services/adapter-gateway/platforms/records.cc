#include "services/adapter-gateway/platforms/records.h"

#include <strings.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/json/text.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::CallRecord;
using common::v1::Participant;
using common::v1::Segment;

int32_t ToMilliseconds(std::optional<int64_t> value) {
  constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
  return static_cast<int32_t>(std::clamp<int64_t>(value.value_or(0), 0, kMax));
}

bool StartsEarlier(const Segment& a, const Segment& b) { return a.start_ms() < b.start_ms(); }

// Empty: none.
std::string ProblemOf(const CallRecord& call, const json::Faults& faults) {
  if (!faults.status().ok()) return std::string(faults.status().message());
  if (call.source_call_id().empty()) return "the call has no id";
  if (call.source_call_id().size() > kMaxIdBytes) return "the id is too long";
  return "";
}

void MoveToUnreadable(const std::string& reason, v1::ListCallsResponse& page) {
  CallRecord& call = *page.mutable_calls()->rbegin();
  const std::string& id = call.source_call_id();
  v1::UnreadableRecord& unreadable = *page.add_unreadable();
  unreadable.set_source_call_id(id.size() > kMaxIdBytes ? "" : id);
  unreadable.set_reason(reason);
  unreadable.set_kind(call.kind());
  unreadable.set_source_metadata(std::move(*call.mutable_source_metadata()));
  page.mutable_calls()->RemoveLast();
}

}  // namespace

void ReadEach(const json::Document& answer, const std::string& list, const ReadRecord& read) {
  const std::optional<json::Value> records =
      list.empty() ? answer.root() : answer.root().Find(list);
  if (!records) return;
  const bool many = records->kind() == json::Kind::kArray;
  if (!many && records->kind() != json::Kind::kObject) return;
  const std::vector<json::Value> all = many ? records->Children() : std::vector{*records};
  for (const json::Value& record : all) {
    json::Faults faults;
    read(json::Object(record, faults), faults);
    if (faults.status().ok()) continue;
    log::Warning("a record of the vendor cannot be read", {{"fault", faults.status()}});
  }
}

void ReadCalls(const json::Document& answer, const std::string& list, const FillCall& fill,
               v1::ListCallsResponse& page) {
  ReadCallsIf([](const json::Object&) { return true; }, answer, list, fill, page);
}

void ReadCallsIf(const KeepRecord& keep, const json::Document& answer, const std::string& list,
                 const FillCall& fill, v1::ListCallsResponse& page) {
  ReadEach(answer, list, [&](const json::Object& record, const json::Faults& faults) {
    if (!keep(record)) return;
    CallRecord& call = *page.add_calls();
    fill(record, call);
    call.set_source_metadata(record.raw().data(), record.raw().size());
    const std::string problem = ProblemOf(call, faults);
    if (!problem.empty()) MoveToUnreadable(problem, page);
  });
}

json::Document AnswerOf(const std::string& list, const std::string& record) {
  const std::string records = absl::StrCat("[", record, "]");
  auto answer = json::Document::Parse(
      list.empty() ? records : absl::StrCat("{", json::Quote(list), ":", records, "}"));
  if (answer.ok()) return *std::move(answer);
  return *json::Document::Parse("[]");
}

void AddSegment(common::v1::Transcript& transcript, std::optional<int64_t> start,
                std::optional<int64_t> end, const std::string& speaker_id, std::string text) {
  Segment& segment = *transcript.add_segments();
  segment.set_start_ms(ToMilliseconds(start));
  segment.set_end_ms(std::max(segment.start_ms(), ToMilliseconds(end)));
  segment.set_speaker_id(speaker_id);
  segment.set_text(std::move(text));
}

void AddLine(common::v1::Transcript& transcript, std::chrono::milliseconds from,
             const json::Object& line, const char* start, const char* end,
             const std::string& speaker_id, std::string text) {
  const auto after = [&](const char* name) {
    return (from + line.Seconds(name).value_or(std::chrono::milliseconds(0))).count();
  };
  AddSegment(transcript, after(start), after(end), speaker_id, std::move(text));
}

void Normalize(std::vector<v1::SourceTranscript>& transcripts) {
  std::erase_if(transcripts, [](const v1::SourceTranscript& transcript) {
    return transcript.transcript().segments().empty();
  });
  for (v1::SourceTranscript& transcript : transcripts) {
    auto& segments = *transcript.mutable_transcript()->mutable_segments();
    std::stable_sort(segments.begin(), segments.end(), StartsEarlier);
  }
}

std::string Joined(const std::vector<std::string>& texts, const std::string& between) {
  std::string joined;
  for (const std::string& text : texts) {
    if (!joined.empty() && !text.empty()) joined += between;
    joined += text;
  }
  return joined;
}

Participant::Affiliation ToAffiliation(const std::string& word) {
  if (strcasecmp(word.c_str(), "internal") == 0) return Participant::AFFILIATION_INTERNAL;
  if (strcasecmp(word.c_str(), "external") == 0) return Participant::AFFILIATION_EXTERNAL;
  return Participant::AFFILIATION_UNSPECIFIED;
}

}  // namespace callimport::adapter_gateway
