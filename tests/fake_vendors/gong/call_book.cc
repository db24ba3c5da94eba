#include "tests/fake_vendors/gong/call_book.h"

#include <algorithm>
#include <cctype>

#include "tests/fake_vendors/random.h"

namespace callimport::fake_vendors::gong {
namespace {

constexpr const char* kSellers[][2] = {
    {"Anna", "Miller"},   {"Robert", "Carter"}, {"Maria", "Lopez"},  {"David", "Stone"},
    {"Laura", "Bennett"}, {"Peter", "Walker"},  {"Susan", "Fisher"}, {"Thomas", "Green"},
};
constexpr const char* kBuyerFirstNames[] = {"Michael", "Sarah", "James",  "Linda",
                                            "Daniel",  "Emma",  "George", "Helen",
                                            "Martin",  "Julia", "Paul",   "Karen"};
constexpr const char* kBuyerLastNames[] = {"Brown",  "Taylor", "Wilson", "Clark", "Young", "King",
                                           "Wright", "Hill",   "Baker",  "Adams", "Cook",  "Bell"};
constexpr const char* kCompanies[] = {"Northern Steel",   "River Bank",    "Golden Gate Travel",
                                      "Summit Insurance", "Ocean Foods",   "Silver Lake Hotels",
                                      "Eastern Railway",  "Garden Market", "Pioneer Software",
                                      "Central Hospital"};
constexpr const char* kBuyerTitles[] = {"Director of Sales", "Head of Procurement",
                                        "Chief Information Officer", "Operations Manager"};

// What a number is drawn for.
enum Purpose : uint64_t { kUserId = 1, kWorkspaceId, kParty, kWords, kTranscript, kMedia, kTime };

std::string Digits(uint64_t seed, uint64_t place, uint64_t digits) {
  uint64_t floor = 1;
  for (uint64_t i = 1; i < digits; ++i) floor *= 10;
  return std::to_string(floor + Mix(seed, place) % (9 * floor));
}

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string HostOf(const std::string& company) {
  std::string host = LowerCase(company);
  std::erase(host, ' ');
  return host + ".example";
}

std::vector<User> MakeUsers(uint64_t seed) {
  std::vector<User> users;
  for (const auto& [first, last] : kSellers) {
    users.push_back({.id = Digits(Mix(seed, kUserId), users.size(), 18),
                     .first_name = first,
                     .last_name = last,
                     .email = LowerCase(first) + "." + LowerCase(last) + "@seller.example",
                     .title = "Account Executive"});
  }
  return users;
}

Party SellerOf(const User& user, Random& random) {
  return {.id = std::to_string(random.Next() >> 3),
          .speaker_id = std::to_string(random.Next() >> 1),
          .user_id = user.id,
          .name = user.first_name + " " + user.last_name,
          .email = user.email,
          .phone = "",
          .title = user.title};
}

Party BuyerOf(const std::string& first_name, const std::string& company, Random& random) {
  const std::string last_name = random.Pick(kBuyerLastNames);
  return {.id = std::to_string(random.Next() >> 3),
          .speaker_id = std::to_string(random.Next() >> 1),
          .user_id = "",
          .name = first_name + " " + last_name,
          .email = LowerCase(first_name + "." + last_name) + "@" + HostOf(company),
          .phone = "+1555" + std::to_string(1'000'000 + random.Below(9'000'000)),
          .title = random.Pick(kBuyerTitles)};
}

// Fits the lines into a recording of another length.
void Stretch(Dialogue& dialogue, std::chrono::milliseconds length) {
  for (Line& line : dialogue.lines) {
    line.start = line.start * length.count() / dialogue.length.count();
    line.end = line.end * length.count() / dialogue.length.count();
  }
  dialogue.length = length;
}

}  // namespace

CallBook::CallBook(const CallBookOptions& options)
    : options_(options),
      ids_(options.seed),
      workspace_id_(Digits(options.seed, kWorkspaceId, 15)),
      users_(MakeUsers(options.seed)) {}

std::optional<uint64_t> CallBook::IndexOf(std::string_view id) const {
  const std::optional<uint64_t> index = ids_.IndexOf(id);
  return index && *index < size() ? index : std::nullopt;
}

Timestamp CallBook::StartOf(uint64_t index) const {
  const uint64_t span = static_cast<uint64_t>(std::chrono::seconds(options_.span).count());
  const uint64_t earliest = span * index / size();
  const uint64_t room = std::max<uint64_t>(span * (index + 1) / size() - earliest, 1);
  const uint64_t place = earliest + Mix(options_.seed + kTime, index) % room;
  return options_.from + std::chrono::seconds(place);
}

uint64_t CallBook::FirstFrom(Timestamp time) const {
  uint64_t low = 0;
  uint64_t high = size();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (StartOf(middle) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

double CallBook::ShareOf(uint64_t index, uint64_t purpose) const {
  return Random(options_.seed + purpose, index).Share();
}

bool CallBook::HasTranscript(uint64_t index) const {
  return ShareOf(index, kTranscript) >= options_.no_transcript_share;
}

bool CallBook::HasMedia(uint64_t index) const {
  return ShareOf(index, kMedia) >= options_.no_media_share;
}

Call CallBook::At(uint64_t index) const {
  Random random(options_.seed + kParty, index);
  const User& user = users_[random.Below(users_.size())];
  const std::string company = random.Pick(kCompanies);
  const std::string buyer = random.Pick(kBuyerFirstNames);
  Call call;
  call.index = index;
  call.id = IdOf(index);
  call.started = StartOf(index);
  call.seller = SellerOf(user, random);
  call.buyer = BuyerOf(buyer, company, random);
  call.dialogue =
      MakeDialogue(Random(options_.seed + kWords, index), user.first_name, buyer, company);
  if (options_.recording_length) Stretch(call.dialogue, *options_.recording_length);
  call.length = call.dialogue.length;
  call.title = call.dialogue.subject + " call with " + company;
  call.has_transcript = HasTranscript(index);
  call.has_media = HasMedia(index);
  return call;
}

}  // namespace callimport::fake_vendors::gong
