#include "tests/fake_vendors/options.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "tests/fake_vendors/utc_time.h"

namespace callimport::fake_vendors {
namespace {

struct Parsing {
  Options options;
  std::string media = "speech";
  uint64_t media_bytes = 65'536;
  std::optional<Timestamp> from;
  int days = 90;
};

struct Flag {
  const char* name;
  const char* help;
  // False when the value makes no sense.
  std::function<bool(const std::string&, Parsing&)> read;
};

template <typename Number>
bool Read(const std::string& text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stopped == end && number >= Number{0};
}

bool ReadShare(const std::string& text, double& share) { return Read(text, share) && share <= 1; }

const std::vector<Flag>& Flags() {
  static const std::vector<Flag> flags = {
      {"port", "port on 127.0.0.1; 0: any free one, which is printed (0)",
       [](const auto& text, auto& to) { return Read(text, to.options.port); }},
      {"threads", "server threads (2)",
       [](const auto& text, auto& to) {
         return Read(text, to.options.threads) && to.options.threads > 0;
       }},
      {"seed", "another seed, another company (1)",
       [](const auto& text, auto& to) { return Read(text, to.options.gong.book.seed); }},
      {"media", "speech, or bytes: noise of any size (speech)",
       [](const auto& text, auto& to) {
         to.media = text;
         return text == "speech" || text == "bytes";
       }},
      {"media-bytes", "size of a recording with --media=bytes (65536)",
       [](const auto& text, auto& to) { return Read(text, to.media_bytes); }},
      {"address-seconds", "how long media addresses work (28800)",
       [](const auto& text, auto& to) {
         int seconds = 0;
         const bool fine = Read(text, seconds);
         to.options.gong.address_valid_for = std::chrono::seconds(seconds);
         return fine;
       }},
      {"from", "start of the first calls, such as 2026-03-01 (so many days ago)",
       [](const auto& text, auto& to) { return (to.from = ParseIso(text)).has_value(); }},
      {"days", "calls start within so many days (90)",
       [](const auto& text, auto& to) { return Read(text, to.days) && to.days > 0; }},
      {"no-transcript-share", "share of calls without a transcript (0.1)",
       [](const auto& text, auto& to) {
         return ReadShare(text, to.options.gong.book.no_transcript_share);
       }},
      {"no-media-share", "share of calls without a recording (0)",
       [](const auto& text, auto& to) {
         return ReadShare(text, to.options.gong.book.no_media_share);
       }},
      {"mp3-share", "share of spoken recordings that are MP3, not WAV (0.5)",
       [](const auto& text, auto& to) { return ReadShare(text, to.options.gong.mp3_share); }},
      {"gong-calls", "number of calls (100)",
       [](const auto& text, auto& to) { return Read(text, to.options.gong.book.calls); }},
      {"gong-visible", "calls that have happened when it starts (all)",
       [](const auto& text, auto& to) {
         return Read(text, to.options.gong.visible_calls.emplace());
       }},
      {"gong-cursor-seconds", "how long a cursor is known (for ever)",
       [](const auto& text, auto& to) {
         int seconds = 0;
         const bool fine = Read(text, seconds);
         to.options.gong.cursor_life = std::chrono::seconds(seconds);
         return fine;
       }},
      {"gong-key", "access key (fake-access-key)",
       [](const auto& text, auto& to) { return !(to.options.gong.access_key = text).empty(); }},
      {"gong-secret", "access key secret (fake-access-key-secret)",
       [](const auto& text, auto& to) {
         return !(to.options.gong.access_key_secret = text).empty();
       }},
      {"gong-forbidden-key", "access key that is answered 403 (fake-forbidden-key)",
       [](const auto& text, auto& to) { return !(to.options.gong.forbidden_key = text).empty(); }},
      {"gong-per-second", "requests allowed in a second; 0: any number (0)",
       [](const auto& text, auto& to) { return Read(text, to.options.gong.per_second); }},
      {"gong-per-day", "requests allowed in a day; 0: any number (0)",
       [](const auto& text, auto& to) { return Read(text, to.options.gong.per_day); }},
      {"openphone-calls", "OpenPhone: number of calls (100)",
       [](const auto& text, auto& to) {
         return Read(text, to.options.openphone.book.calls.calls);
       }},
      {"openphone-conversations", "OpenPhone: number of conversations (0)",
       [](const auto& text, auto& to) {
         return Read(text, to.options.openphone.book.conversations);
       }},
      {"openphone-messages", "OpenPhone: number of text messages (0)",
       [](const auto& text, auto& to) { return Read(text, to.options.openphone.book.messages); }},
      {"openphone-attachments", "OpenPhone: of the messages, so many have an attachment (0)",
       [](const auto& text, auto& to) {
         return Read(text, to.options.openphone.book.attachments);
       }},
      {"openphone-contacts", "OpenPhone: number of contacts (0)",
       [](const auto& text, auto& to) { return Read(text, to.options.openphone.book.contacts); }},
      {"openphone-per-second", "OpenPhone: requests allowed in a second; 0: any number (0)",
       [](const auto& text, auto& to) { return Read(text, to.options.openphone.per_second); }},
      {"retreaver-calls", "Retreaver: number of calls (100)",
       [](const auto& text, auto& to) { return Read(text, to.options.retreaver.book.calls); }},
      {"retreaver-per-minute", "Retreaver: requests allowed in a minute; 0: any number (0)",
       [](const auto& text, auto& to) { return Read(text, to.options.retreaver.per_minute); }},
  };
  return flags;
}

// What is said of all calls holds for those of every vendor.
void ShareCalls(Options& options) {
  const gong::GongOptions& gong = options.gong;
  for (gong::CallBookOptions* book : {&options.openphone.book.calls, &options.retreaver.book}) {
    const uint64_t calls = book->calls;
    *book = gong.book;
    book->calls = calls;
  }
  options.openphone.noise_bytes = options.retreaver.noise_bytes = gong.noise_bytes;
  options.openphone.mp3_share = options.retreaver.mp3_share = gong.mp3_share;
  options.openphone.address_valid_for = options.retreaver.address_valid_for =
      gong.address_valid_for;
}

absl::Status Refusal(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_OPTION", message);
}

absl::Status ReadArgument(const std::string& argument, Parsing& to) {
  const size_t equals = argument.find('=');
  const auto& flags = Flags();
  const auto flag = std::ranges::find_if(flags, [&](const Flag& known) {
    return argument.substr(0, equals) == std::string("--") + known.name;
  });
  if (flag == flags.end()) return Refusal("unknown option: " + argument);
  if (equals == std::string::npos || !flag->read(argument.substr(equals + 1), to)) {
    return Refusal("bad value: " + argument);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments, Timestamp now) {
  Parsing parsing;
  for (const std::string& argument : arguments) {
    if (argument == "--help") {
      parsing.options.help = true;
      return parsing.options;
    }
    RETURN_IF_ERROR(ReadArgument(argument, parsing));
  }
  gong::GongOptions& gong = parsing.options.gong;
  gong.book.span = std::chrono::hours(24) * parsing.days;
  gong.book.from = parsing.from.value_or(now - gong.book.span);
  if (parsing.media == "bytes") gong.noise_bytes = parsing.media_bytes;
  ShareCalls(parsing.options);
  return parsing.options;
}

std::string Usage() {
  std::string usage = "fake-vendors: telephony vendors for tests, on 127.0.0.1\n";
  for (const Flag& flag : Flags()) {
    usage += std::string("  --") + flag.name + "=…  " + flag.help + "\n";
  }
  return usage;
}

}  // namespace callimport::fake_vendors
