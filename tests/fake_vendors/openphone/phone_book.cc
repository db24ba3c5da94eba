#include "tests/fake_vendors/openphone/phone_book.h"

#include <algorithm>

#include "tests/fake_vendors/random.h"

namespace callimport::fake_vendors::openphone {
namespace {

// What a number is drawn for; apart from those of the call book.
enum Purpose : uint64_t { kVoicemail = 101, kConversation, kMessage };

}  // namespace

PhoneBook::PhoneBook(const PhoneBookOptions& options)
    : options_(options),
      calls_(options.calls),
      ids_(options.calls.seed + kConversation),
      message_ids_(options.calls.seed + kMessage) {}

std::optional<uint64_t> PhoneBook::IndexOfCall(std::string_view id) const {
  return id.starts_with("AC") ? calls_.IndexOf(id.substr(2)) : std::nullopt;
}

bool PhoneBook::IsVoicemail(uint64_t index) const {
  return Random(options_.calls.seed + kVoicemail, index).Share() < options_.voicemail_share;
}

bool PhoneBook::HasRecording(uint64_t index) const {
  return !IsVoicemail(index) && calls_.HasMedia(index);
}

bool PhoneBook::HasTranscript(uint64_t index) const {
  return HasRecording(index) && calls_.HasTranscript(index);
}

uint64_t PhoneBook::voicemails() const {
  uint64_t count = 0;
  for (uint64_t index = 0; index < calls_.size(); ++index) count += IsVoicemail(index) ? 1 : 0;
  return count;
}

std::string PhoneBook::MessageId(uint64_t index) const { return "MSG" + message_ids_.IdOf(index); }

Timestamp PhoneBook::Place(uint64_t index, uint64_t count) const {
  const auto span = static_cast<uint64_t>(std::chrono::seconds(options_.calls.span).count());
  return options_.calls.from + std::chrono::seconds(span * index / std::max<uint64_t>(count, 1));
}

Timestamp PhoneBook::TimeOfConversation(uint64_t index) const {
  return Place(index, options_.conversations);
}

Timestamp PhoneBook::TimeOfMessage(uint64_t index) const { return Place(index, options_.messages); }

uint64_t PhoneBook::ConversationOf(uint64_t message) const {
  return options_.conversations == 0 ? 0 : message * options_.conversations / options_.messages;
}

bool PhoneBook::HasAttachment(uint64_t message) const {
  const uint64_t all = options_.messages;
  return (message + 1) * options_.attachments / all > message * options_.attachments / all;
}

}  // namespace callimport::fake_vendors::openphone
