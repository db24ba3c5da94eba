// What tests compare an import with.

#include "tests/fake_vendors/digest.h"
#include "tests/fake_vendors/gong/gong_vendor.h"
#include "tests/fake_vendors/json_writer.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::gong {
namespace {

void WriteParty(JsonWriter& json, std::string_view key, const Party& party) {
  json.Key(key)
      .BeginObject()
      .Field("speaker_id", party.speaker_id)
      .Field("name", party.name)
      .Field("email", party.email)
      .EndObject();
}

void WriteLine(JsonWriter& json, const Call& call, const Line& line) {
  json.BeginObject()
      .Field("speaker_id", call.PartyOf(line.speaker).speaker_id)
      .Field("topic", line.topic)
      .Field("start_ms", line.start.count())
      .Field("end_ms", line.end.count())
      .Field("text", line.text)
      .EndObject();
}

void WriteRecording(JsonWriter& json, const Recording& recording) {
  json.Key("recording")
      .BeginObject()
      .Field("content_type", recording.content_type)
      .Field("size_bytes", recording.content.size())
      .Field("sha256", Sha256(recording.content))
      .EndObject();
}

}  // namespace

std::string GongVendor::Truth(uint64_t index) {
  const Call call = book_.At(index);
  JsonWriter json;
  json.BeginObject()
      .Field("id", call.id)
      .Field("title", call.title)
      .Field("started", ToIso(call.started))
      .Field("length_ms", call.length.count())
      .Field("has_transcript", call.has_transcript)
      .Field("has_media", call.has_media);
  WriteParty(json, "seller", call.seller);
  WriteParty(json, "buyer", call.buyer);
  json.Key("lines").BeginArray();
  for (const Line& line : call.dialogue.lines) WriteLine(json, call, line);
  json.EndArray();
  if (call.has_media) WriteRecording(json, RecordingOf(index));
  return json.EndObject().Take();
}

}  // namespace callimport::fake_vendors::gong
