#include "tests/fake_vendors/gong/gong_json.h"

#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::gong {
namespace {

void WriteParty(JsonWriter& json, const Party& party, std::string_view affiliation) {
  json.BeginObject()
      .Field("id", party.id)
      .Field("emailAddress", party.email)
      .Field("name", party.name)
      .Field("title", party.title);
  if (!party.user_id.empty()) json.Field("userId", party.user_id);
  json.Field("speakerId", party.speaker_id).Key("context").BeginArray().EndArray();
  json.Field("affiliation", affiliation);
  if (!party.phone.empty()) json.Field("phoneNumber", party.phone);
  json.Key("methods").BeginArray().Text("Invitee").Text("Attendee").EndArray().EndObject();
}

// Gong gathers what one speaker says on one topic.
size_t EndOfMonologue(const std::vector<Line>& lines, size_t begin) {
  size_t end = begin + 1;
  while (end < lines.size() && lines[end].speaker == lines[begin].speaker &&
         lines[end].topic == lines[begin].topic) {
    ++end;
  }
  return end;
}

}  // namespace

void WriteMetaData(JsonWriter& json, const CallBook& book, const Call& call) {
  const std::string started = ToIso(call.started);
  json.BeginObject()
      .Field("id", call.id)
      .Field("url", "https://app.gong.io/call?id=" + call.id)
      .Field("title", call.title)
      .Field("scheduled", started)
      .Field("started", started)
      .Field("duration", std::chrono::round<std::chrono::seconds>(call.length).count())
      .Field("primaryUserId", call.seller.user_id)
      .Field("direction", "Conference")
      .Field("system", "Zoom")
      .Field("scope", "External")
      .Field("media", "Audio")
      .Field("language", "eng")
      .Field("workspaceId", book.workspace_id())
      .Key("sdrDisposition")
      .Null()
      .Key("clientUniqueId")
      .Null()
      .Key("customData")
      .Null()
      .Key("purpose")
      .Null()
      .Field("meetingUrl", "https://zoom.us/j/" + call.buyer.id)
      .Field("isPrivate", false)
      .Key("calendarEventId")
      .Null()
      .EndObject();
}

void WriteParties(JsonWriter& json, const Call& call) {
  json.BeginArray();
  WriteParty(json, call.seller, "Internal");
  WriteParty(json, call.buyer, "External");
  json.EndArray();
}

void WriteTranscript(JsonWriter& json, const Call& call) {
  const std::vector<Line>& lines = call.dialogue.lines;
  json.BeginObject().Field("callId", call.id).Key("transcript").BeginArray();
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = EndOfMonologue(lines, begin);
    json.BeginObject()
        .Field("speakerId", call.PartyOf(lines[begin].speaker).speaker_id)
        .Field("topic", lines[begin].topic)
        .Key("sentences")
        .BeginArray();
    for (; begin < end; ++begin) {
      json.BeginObject()
          .Field("start", lines[begin].start.count())
          .Field("end", lines[begin].end.count())
          .Field("text", lines[begin].text)
          .EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
}

void WriteRecords(JsonWriter& json, const CallPage& page) {
  json.BeginObject()
      .Field("totalRecords", page.total)
      .Field("currentPageSize", page.indexes.size())
      .Field("currentPageNumber", page.number);
  if (!page.next_cursor.empty()) json.Field("cursor", page.next_cursor);
  json.EndObject();
}

void WriteUser(JsonWriter& json, const User& user) {
  json.BeginObject()
      .Field("id", user.id)
      .Field("emailAddress", user.email)
      .Field("created", "2024-01-08T09:00:00Z")
      .Field("active", true)
      .Field("firstName", user.first_name)
      .Field("lastName", user.last_name)
      .Field("title", user.title)
      .Key("phoneNumber")
      .Null()
      .EndObject();
}

std::string ErrorJson(const std::string& request_id, const std::string& error) {
  JsonWriter json;
  json.BeginObject().Field("requestId", request_id);
  json.Key("errors").BeginArray().Text(error).EndArray().EndObject();
  return json.Take();
}

}  // namespace callimport::fake_vendors::gong
