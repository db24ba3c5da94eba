#include "tests/fake_vendors/openphone/openphone_json.h"

#include <algorithm>

#include "tests/fake_vendors/random.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors::openphone {
namespace {

using std::chrono::milliseconds;

constexpr const char* kTexts[] = {"Can you call me back today?", "The quote looks good, thank you.",
                                  "Here is the picture you asked for.", "See you on Tuesday.",
                                  "Could you send the contract again?"};

int64_t SecondsOf(milliseconds time) {
  return std::chrono::round<std::chrono::seconds>(time).count();
}

JsonWriter& NullOr(JsonWriter& json, std::string_view key, const std::string& text) {
  json.Key(key);
  return text.empty() ? json.Null() : json.Text(text);
}

void WriteSummary(JsonWriter& json, const gong::Call& call) {
  json.Key("summary")
      .BeginObject()
      .Field("status", "completed")
      .Field("type", "human")
      .Field("title", call.title);
  json.Key("summary").BeginArray().Text("They spoke about " + call.dialogue.subject + ".");
  json.Text("The customer will decide next week.").EndArray();
  json.Key("nextSteps").BeginArray().Text("Send the offer.").EndArray();
  json.Key("jobs").BeginArray().EndArray().EndObject();
}

void WriteParticipants(JsonWriter& json, const gong::Call& call, uint64_t number) {
  json.Key("participants").BeginArray();
  json.BeginObject().Field("phoneNumber", call.buyer.phone).Key("actorId").Null().EndObject();
  json.BeginObject()
      .Field("phoneNumber", PhoneBook::Number(number))
      .Field("actorId", UserId(call.seller))
      .EndObject();
  json.EndArray();
}

}  // namespace

std::string UserId(const gong::Party& seller) { return "US" + seller.user_id; }

std::string Seconds(milliseconds time) {
  const std::string thousandths = std::to_string(1000 + time.count() % 1000);
  return std::to_string(time.count() / 1000) + "." + thousandths.substr(1);
}

void WriteCall(JsonWriter& json, const PhoneBook& book, uint64_t index, const std::string& include,
               const std::string& voicemail_url) {
  const gong::Call call = book.calls().At(index);
  const bool voicemail = book.IsVoicemail(index);
  const bool missed = voicemail || !book.HasRecording(index);
  const uint64_t number = index % PhoneBook::kNumbers;
  const std::string user = UserId(call.seller);
  json.BeginObject().Field("id", book.CallId(index));
  // A number that the workspace has given up.
  NullOr(json, "phoneNumberId", index % 29 == 28 ? "" : PhoneBook::NumberId(number));
  NullOr(json, "actorId", missed ? "" : user);
  json.Field("direction", index % 3 == 2 && !missed ? "outgoing" : "incoming");
  json.Field("status", missed ? "missed" : "completed");
  WriteParticipants(json, call, number);
  NullOr(json, "answeredAt", missed ? "" : ToIso(call.started + std::chrono::seconds(6)));
  NullOr(json, "answeredBy", missed ? "" : user);
  json.Key("initiatedBy").Null();
  json.Field("callRoute", "phone-number");
  json.Field("duration", missed ? int64_t{0} : SecondsOf(call.length));
  json.Key("forwardedFrom").Null().Key("forwardedTo").Null().Key("aiHandled").Null();
  json.Field("createdAt", ToIso(call.started));
  json.Field("completedAt", ToIso(call.started + call.length));
  json.Field("updatedAt", ToIso(call.started + call.length + std::chrono::seconds(17)));
  if (include.find("summary") != std::string::npos && !missed && index % 2 == 0) {
    WriteSummary(json, call);
  }
  if (include.find("voicemail") != std::string::npos && voicemail) {
    WriteVoicemail(json.Key("voicemail"), call, voicemail_url);
  }
  json.EndObject();
}

void WriteRecording(JsonWriter& json, const gong::Call& call, const std::string& id,
                    const std::string& status, const std::string& url) {
  json.BeginObject().Field("id", id).Field("status", status);
  json.Field("startTime", ToIso(call.started + std::chrono::seconds(7)));
  json.Field("duration", SecondsOf(call.length));
  NullOr(json, "url", url);
  json.Field("type", "audio/mpeg").EndObject();
}

void WriteTranscript(JsonWriter& json, const gong::Call& call, const std::string& recording_id,
                     const std::string& status) {
  json.BeginObject().Field("recordingId", recording_id).Field("status", status);
  json.Field("startTime", ToIso(call.started + std::chrono::seconds(7)));
  json.Field("createdAt", ToIso(call.started + call.length + std::chrono::minutes(1)));
  json.Key("duration").Raw(Seconds(call.length)).Key("dialogue");
  if (status != "completed") {
    json.Null().EndObject();
    return;
  }
  std::vector<Line> lines = call.dialogue.lines;
  if (call.index % 4 == 3) std::ranges::reverse(lines);
  json.BeginArray();
  for (const Line& line : lines) {
    const bool inside = line.speaker == Speaker::kSeller;
    json.BeginObject().Field("content", line.text);
    json.Key("start").Raw(Seconds(line.start)).Key("end").Raw(Seconds(line.end));
    json.Field("identifier",
               inside ? PhoneBook::Number(call.index % PhoneBook::kNumbers) : call.buyer.phone);
    NullOr(json, "actorId", inside ? UserId(call.seller) : "").EndObject();
  }
  json.EndArray().EndObject();
}

void WriteVoicemail(JsonWriter& json, const gong::Call& call, const std::string& url) {
  json.BeginObject().Field("id", "VM" + call.id).Field("status", "completed");
  json.Field("duration", SecondsOf(call.length));
  json.Field("recordingUrl", url);
  NullOr(json, "transcript", call.has_transcript ? call.dialogue.lines.front().text : "");
  json.EndObject();
}

void WriteUser(JsonWriter& json, const gong::User& user, const std::string& role) {
  json.BeginObject()
      .Field("id", "US" + user.id)
      .Field("firstName", user.first_name)
      .Field("lastName", user.last_name)
      .Field("email", user.email)
      .Field("role", role)
      .EndObject();
}

void WriteMessage(JsonWriter& json, const PhoneBook& book, uint64_t index,
                  const std::string& media_url) {
  const uint64_t conversation = book.ConversationOf(index);
  const bool incoming = index % 2 == 0;
  const std::string inside = PhoneBook::Number(conversation % PhoneBook::kNumbers);
  const std::string outside = PhoneBook::Contact(conversation);
  const std::string time = ToIso(book.TimeOfMessage(index));
  json.BeginObject().Field("id", book.MessageId(index));
  json.Key("to").BeginArray().Text(incoming ? inside : outside).EndArray();
  json.Field("from", incoming ? outside : inside);
  json.Field("text", kTexts[Mix(index) % std::size(kTexts)]);
  json.Field("conversationId", book.ConversationId(conversation));
  json.Field("direction", incoming ? "incoming" : "outgoing");
  json.Field("status", incoming ? "received" : "delivered");
  json.Field("createdAt", time).Field("updatedAt", time);
  json.Key("media").BeginArray();
  if (!media_url.empty()) {
    json.BeginObject().Field("url", media_url).Field("type", "image/jpeg").EndObject();
  }
  json.EndArray();
  json.Field("phoneNumberId", PhoneBook::NumberId(conversation % PhoneBook::kNumbers));
  NullOr(json, "userId", incoming ? "" : "US" + book.calls().users()[0].id).EndObject();
}

void WriteConversation(JsonWriter& json, const PhoneBook& book, uint64_t index) {
  const std::string time = ToIso(book.TimeOfConversation(index));
  json.BeginObject().Field("id", book.ConversationId(index));
  json.Field("phoneNumberId", PhoneBook::NumberId(index % PhoneBook::kNumbers));
  json.Key("participants").BeginArray().Text(PhoneBook::Contact(index)).EndArray();
  json.Field("lastActivityAt", time).Key("lastActivityId").Null();
  json.Key("name").Null().Field("createdAt", time).Field("updatedAt", time);
  json.Key("assignedTo").Null().EndObject();
}

void WriteNumber(JsonWriter& json, uint64_t index) {
  json.BeginObject().Field("id", PhoneBook::NumberId(index));
  json.Field("number", PhoneBook::Number(index)).Field("name", "Line " + std::to_string(index + 1));
  json.Key("groupId").Null().Field("createdAt", "2024-01-08T09:00:00.000Z").EndObject();
}

void WriteContact(JsonWriter& json, uint64_t index) {
  json.BeginObject().Field("id", "CT" + std::to_string(1000 + index));
  json.Key("defaultFields").BeginObject();
  json.Field("firstName", "Contact").Field("lastName", std::to_string(index + 1));
  json.Key("phoneNumbers").BeginArray().BeginObject().Field("name", "mobile");
  json.Field("value", PhoneBook::Contact(index)).EndObject().EndArray().EndObject();
  json.Field("createdAt", "2024-01-08T09:00:00.000Z").EndObject();
}

std::string ErrorJson(int status, const std::string& message, bool v1) {
  JsonWriter json;
  json.BeginObject().Field("message", message);
  if (v1) json.Field("code", "0100" + std::to_string(status)).Field("status", status);
  json.Field("docs", "https://www.quo.com/docs").Field("title", message).EndObject();
  return json.Take();
}

}  // namespace callimport::fake_vendors::openphone
