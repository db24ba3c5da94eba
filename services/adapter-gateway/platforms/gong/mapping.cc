#include "services/adapter-gateway/platforms/gong/mapping.h"

#include "libs/common/proto_time.h"
#include "services/adapter-gateway/platforms/language.h"
#include "services/adapter-gateway/platforms/records.h"

namespace callimport::adapter_gateway::gong {

void FillCall(const json::Object& call, common::v1::CallRecord& record) {
  const json::Object meta = call.Child("metaData");
  record.set_source_call_id(meta.RequiredId("id"));
  record.set_title(meta.Text("title"));
  const auto start = meta.Time(meta.Has("started") ? "started" : "scheduled");
  if (start) *record.mutable_start_time() = ToProto(*start);
  const auto seconds = meta.Integer("duration");
  if (seconds) record.mutable_duration()->set_seconds(*seconds);
  for (const json::Object& party : call.Children("parties")) {
    common::v1::Participant& participant = *record.add_participants();
    participant.set_speaker_id(party.Id("speakerId"));
    participant.set_name(party.Text("name"));
    participant.set_email(party.Text("emailAddress"));
    participant.set_phone(party.Id("phoneNumber"));
    participant.set_affiliation(ToAffiliation(party.Text("affiliation")));
  }
  record.set_language(ToIso6391(meta.Text("language")));
  record.set_source_url(meta.Text("url"));
}

v1::SourceTranscript ToTranscript(const json::Object& call) {
  v1::SourceTranscript result;
  result.set_source_call_id(call.RequiredId("callId"));
  result.set_original(call.raw().data(), call.raw().size());
  result.mutable_transcript()->set_engine("source:gong");
  for (const json::Object& monologue : call.Children("transcript")) {
    const std::string speaker = monologue.Id("speakerId");
    for (const json::Object& sentence : monologue.Children("sentences")) {
      AddSegment(*result.mutable_transcript(), sentence.Integer("start"), sentence.Integer("end"),
                 speaker, sentence.Text("text"));
    }
  }
  return result;
}

}  // namespace callimport::adapter_gateway::gong
