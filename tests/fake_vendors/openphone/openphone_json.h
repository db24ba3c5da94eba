// OpenPhone's shapes, as its interface descriptions have them.
#pragma once

#include <string>

#include "tests/fake_vendors/json_writer.h"
#include "tests/fake_vendors/openphone/phone_book.h"

namespace callimport::fake_vendors::openphone {

// "US123...": the id of a member of the workspace.
std::string UserId(const gong::Party& seller);

// One call; `include` is what the request asked to be told besides.
void WriteCall(JsonWriter& json, const PhoneBook& book, uint64_t index, const std::string& include,
               const std::string& voicemail_url);
// One recording; an empty address is null.
void WriteRecording(JsonWriter& json, const gong::Call& call, const std::string& id,
                    const std::string& status, const std::string& url);
// One element of a transcripts answer, its lines in no particular order.
void WriteTranscript(JsonWriter& json, const gong::Call& call, const std::string& recording_id,
                     const std::string& status);
// {"id","status","duration","transcript","recordingUrl"}.
void WriteVoicemail(JsonWriter& json, const gong::Call& call, const std::string& url);
void WriteUser(JsonWriter& json, const gong::User& user, const std::string& role);
void WriteMessage(JsonWriter& json, const PhoneBook& book, uint64_t index,
                  const std::string& media_url);
void WriteConversation(JsonWriter& json, const PhoneBook& book, uint64_t index);
void WriteNumber(JsonWriter& json, uint64_t index);
void WriteContact(JsonWriter& json, uint64_t index);

// {"message","docs","title"} and, of the older interface, {"code","status"}.
std::string ErrorJson(int status, const std::string& message, bool v1);

// "0.52": seconds with a fraction.
std::string Seconds(std::chrono::milliseconds time);

}  // namespace callimport::fake_vendors::openphone
