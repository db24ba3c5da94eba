#include "libs/clients/adapter_gateway/reread.h"

#include <google/protobuf/util/message_differencer.h>
#include <google/protobuf/util/time_util.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/common/status_macros.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::CallRecord;
using common::v1::Participant;
using google::protobuf::util::TimeUtil;

constexpr int kMostRecords = 100;
// Of one request; messages may be larger, and so may a record alone.
constexpr size_t kMostBytes = 2 << 20;
constexpr size_t kLargestRecord = 8 << 20;
constexpr int kMostSamples = 5;
constexpr size_t kShownBytes = 200;
constexpr int64_t kYear2200 = 7'258'118'400;

bool IsCall(const CallRecord& record) {
  return record.kind() == common::v1::RECORD_KIND_UNSPECIFIED ||
         record.kind() == common::v1::RECORD_KIND_CALL ||
         record.kind() == common::v1::RECORD_KIND_VOICEMAIL;
}

// What a call is to become of cannot be changed by reading it otherwise.
bool IsSameSort(const CallRecord& a, const CallRecord& b) {
  return a.kind() == b.kind() || (IsCall(a) && IsCall(b));
}

bool SaysTheSame(CallRecord a, CallRecord b) {
  for (CallRecord* record : {&a, &b}) {
    record->clear_source_metadata();
    record->clear_mapping_revision();
  }
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

void Take(const CallRecord& known, v1::MappedRecord mapped, std::optional<CallRecord>& corrected,
          common::v1::RemapTally& tally) {
  tally.set_examined(tally.examined() + 1);
  CallRecord& call = *mapped.mutable_call();
  if (call.source_call_id() != known.source_call_id() || !IsSameSort(call, known) ||
      call.mapping_revision() < known.mapping_revision()) {
    tally.set_unreadable(tally.unreadable() + 1);
    return;
  }
  if (SaysTheSame(call, known)) return;
  call.set_source_metadata(known.source_metadata());
  corrected = std::move(call);
}

// The records from `begin` on that one request may hold.
std::vector<size_t> NextBatch(const std::vector<CallRecord>& records, size_t& begin) {
  std::vector<size_t> batch;
  size_t bytes = 0;
  for (; begin < records.size() && batch.size() < kMostRecords; ++begin) {
    const size_t size = records[begin].source_metadata().size();
    if (size == 0 || size > kLargestRecord) continue;
    if (!batch.empty() && bytes + size > kMostBytes) break;
    bytes += size;
    batch.push_back(begin);
  }
  return batch;
}

std::string Shown(std::string text) {
  if (text.size() <= kShownBytes) return text;
  size_t end = kShownBytes;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // not within a character
  text.resize(end);
  return absl::StrCat(text, "…");
}

std::string TextOf(const Participant& participant) {
  std::vector<std::string> parts;
  for (const std::string& part : {participant.name(), participant.email(), participant.phone()}) {
    if (!part.empty()) parts.push_back(part);
  }
  if (!participant.speaker_id().empty() && participant.speaker_id() != participant.phone()) {
    parts.push_back(absl::StrCat("speaker ", participant.speaker_id()));
  }
  if (participant.affiliation() == Participant::AFFILIATION_INTERNAL) parts.push_back("internal");
  if (participant.affiliation() == Participant::AFFILIATION_EXTERNAL) parts.push_back("external");
  return absl::StrJoin(parts, ", ");
}

std::string ParticipantsOf(const CallRecord& record) {
  std::vector<std::string> texts;
  texts.reserve(static_cast<size_t>(record.participants_size()));
  for (const Participant& participant : record.participants()) {
    texts.push_back(TextOf(participant));
  }
  return absl::StrJoin(texts, "; ");
}

// What a record says, by the names that the interface has for it.
std::vector<std::pair<std::string, std::string>> FieldsOf(const CallRecord& record) {
  const std::string transcript = record.has_transcript() ? "yes" : "no";
  return {{"title", record.title()},
          {"start_time", record.has_start_time() ? TimeUtil::ToString(record.start_time()) : ""},
          {"duration", record.has_duration() ? TimeUtil::ToString(record.duration()) : ""},
          {"participants", ParticipantsOf(record)},
          {"has_transcript", record.has_has_transcript() ? transcript : ""},
          {"language", record.language()},
          {"source_url", record.source_url()},
          {"kind", common::v1::RecordKind_Name(record.kind())},
          {"parent_source_id", record.parent_source_id()},
          {"text", record.text()}};
}

}  // namespace

absl::StatusOr<Reread> ReadAnew(RecordsClient& gateway, const std::string& platform,
                                const std::vector<CallRecord>& records) {
  Reread reread;
  reread.corrected.resize(records.size());
  for (size_t begin = 0; begin < records.size();) {
    const std::vector<size_t> batch = NextBatch(records, begin);
    if (batch.empty()) break;
    v1::MapRecordsRequest request;
    request.set_platform(platform);
    for (const size_t place : batch) *request.add_records() = records[place];
    ASSIGN_OR_RETURN(v1::MapRecordsResponse mapped, gateway.Map(request));
    mapped.mutable_records()->Reserve(request.records_size());
    while (mapped.records_size() < request.records_size()) mapped.add_records();
    for (size_t i = 0; i < batch.size(); ++i) {
      Take(records[batch[i]], std::move(*mapped.mutable_records(static_cast<int>(i))),
           reread.corrected[batch[i]], reread.tally);
    }
  }
  return reread;
}

void CheckCallRange(const google::protobuf::Timestamp* start,
                    const google::protobuf::Timestamp* end, RequestCheck& check) {
  const auto sane = [](const google::protobuf::Timestamp* time) {
    return time == nullptr || (time->seconds() >= 0 && time->seconds() < kYear2200 &&
                               time->nanos() >= 0 && time->nanos() < 1'000'000'000);
  };
  check.Require(sane(start), "start_time", "must lie between the years 1970 and 2200");
  check.Require(sane(end), "end_time", "must lie between the years 1970 and 2200");
  if (start == nullptr || end == nullptr || !sane(start) || !sane(end)) return;
  check.Require(*start < *end, "end_time", "must be after start_time");
}

void CountChange(const CallRecord& before, const CallRecord& after,
                 const std::string& engagement_id, common::v1::RemapTally& tally) {
  tally.set_changed(tally.changed() + 1);
  if (tally.samples_size() == kMostSamples) return;
  common::v1::RemappedCall& sample = *tally.add_samples();
  sample.set_source_call_id(before.source_call_id());
  sample.set_engagement_id(engagement_id);
  const auto old_fields = FieldsOf(before);
  const auto new_fields = FieldsOf(after);
  for (size_t i = 0; i < old_fields.size(); ++i) {
    if (old_fields[i].second == new_fields[i].second) continue;
    common::v1::RemappedField& field = *sample.add_fields();
    field.set_name(old_fields[i].first);
    field.set_before(Shown(old_fields[i].second));
    field.set_after(Shown(new_fields[i].second));
  }
}

}  // namespace callimport::adapter_gateway
