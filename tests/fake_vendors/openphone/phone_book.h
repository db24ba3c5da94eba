// Everything in the fake OpenPhone workspace, made up on the fly: conversations with text messages
// and their attachments, and calls, some of which were never answered and left a voicemail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/common/clock.h"
#include "tests/fake_vendors/gong/call_book.h"

namespace callimport::fake_vendors::openphone {

struct PhoneBookOptions {
  gong::CallBookOptions calls;
  uint64_t conversations = 0;
  uint64_t messages = 0;
  // Attachments of messages, one each.
  uint64_t attachments = 0;
  uint64_t contacts = 0;
  // Of the calls: missed, with a voicemail instead of a recording.
  double voicemail_share = 0.1;
};

class PhoneBook {
 public:
  explicit PhoneBook(const PhoneBookOptions& options);

  const gong::CallBook& calls() const { return calls_; }
  const PhoneBookOptions& options() const { return options_; }

  std::string CallId(uint64_t index) const { return "AC" + calls_.IdOf(index); }
  std::optional<uint64_t> IndexOfCall(std::string_view id) const;
  bool IsVoicemail(uint64_t index) const;
  // Answered, and the recording was kept.
  bool HasRecording(uint64_t index) const;
  bool HasTranscript(uint64_t index) const;
  uint64_t voicemails() const;

  std::string ConversationId(uint64_t index) const { return "CN" + ids_.IdOf(index); }
  std::string MessageId(uint64_t index) const;
  Timestamp TimeOfConversation(uint64_t index) const;
  Timestamp TimeOfMessage(uint64_t index) const;
  uint64_t ConversationOf(uint64_t message) const;
  // Attachments are spread evenly over the messages.
  bool HasAttachment(uint64_t message) const;

  // "PN1": the workspace's own numbers.
  static constexpr uint64_t kNumbers = 3;
  static std::string NumberId(uint64_t index) { return "PN" + std::to_string(1000 + index); }
  static std::string Number(uint64_t index) { return "+1415555090" + std::to_string(index); }
  // The outside number of a conversation.
  static std::string Contact(uint64_t index) { return "+1555" + std::to_string(2'000'000 + index); }

 private:
  Timestamp Place(uint64_t index, uint64_t count) const;

  const PhoneBookOptions options_;
  const gong::CallBook calls_;
  const gong::CallIds ids_;
  const gong::CallIds message_ids_;
};

}  // namespace callimport::fake_vendors::openphone
