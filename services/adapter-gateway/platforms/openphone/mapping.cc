#include "services/adapter-gateway/platforms/openphone/mapping.h"

#include "services/adapter-gateway/platforms/staged_listing.h"

namespace callimport::adapter_gateway::openphone {

using std::chrono::milliseconds;

void FillCall(const json::Object& call, const People& people, common::v1::CallRecord& record) {
  using namespace common::v1;  // NOLINT(google-build-using-namespace): kinds of records
  const json::Object voicemail = call.Child("voicemail");
  const bool left_word = voicemail.Text("status") == "completed" && !call.Has("answeredAt");
  FillByShape({.kind = left_word ? RECORD_KIND_VOICEMAIL : RECORD_KIND_CALL, .time = "createdAt"},
              call, record);
  const auto duration = (left_word ? voicemail : call).Seconds("duration");
  if (duration) record.mutable_duration()->set_seconds(duration->count() / 1000);
  std::string outside;
  for (const json::Object& party : call.Children("participants")) {
    const std::string phone = party.Id("phoneNumber");
    *record.add_participants() = ParticipantOf(party.Id("actorId"), phone, people);
    if (!party.Has("actorId")) outside = phone;
  }
  const json::Object summary = call.Child("summary");
  const bool outgoing = call.Text("direction") == "outgoing";
  const std::string title = (outgoing ? "Outgoing call with " : "Incoming call with ") + outside;
  record.set_title(summary.Has("title") ? summary.Text("title") : title);
  record.set_text(Joined(
      {Joined(summary.Texts("summary"), "\n"), Joined(summary.Texts("nextSteps"), "\n")}, "\n"));
}

// Every recording has a part of its own, timed from its start; what is stored is all of them, one
// after the other. A voicemail's text has no times.
void FillTranscript(const json::Document& answer, v1::SourceTranscript& transcript) {
  milliseconds from{0};
  common::v1::Transcript& to = *transcript.mutable_transcript();
  ReadEach(answer, "data", [&](const json::Object& part, const json::Faults&) {
    const milliseconds length = part.Seconds("duration").value_or(milliseconds(0));
    for (const json::Object& line : part.Children("dialogue")) {
      const std::string speaker = line.Id(line.Has("actorId") ? "actorId" : "identifier");
      AddLine(to, from, line, "start", "end", speaker, line.Text("content"));
    }
    if (part.Has("transcript")) AddSegment(to, 0, length.count(), "", part.Text("transcript"));
    from += length;
  });
  transcript.set_original(std::string(answer.root().raw()));
}

}  // namespace callimport::adapter_gateway::openphone
