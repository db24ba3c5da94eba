#include "services/adapter-gateway/vendor/limit_headers.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Later than any number of seconds from now, and any number of seconds since 1970.
constexpr int64_t kSince1970 = 1'000'000'000;
constexpr int64_t kMillisSince1970 = 100'000'000'000;
// No window is longer.
constexpr milliseconds kLongest = std::chrono::hours(48);

std::optional<int64_t> NumberAt(const std::string& text, size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + at, end, number);
  if (error != std::errc() || number < 0) return std::nullopt;
  return number;
}

// "limit=100, remaining=50, reset=5", or "\"default\";r=50;t=30".
std::optional<int64_t> Parameter(const std::string& text, const std::string& name) {
  for (size_t at = text.find(name + "="); at != std::string::npos;
       at = text.find(name + "=", at + 1)) {
    const bool begins =
        at == 0 || text[at - 1] == ' ' || text[at - 1] == ',' || text[at - 1] == ';';
    if (begins) return NumberAt(text, at + name.size() + 1);
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const http::Head& head, Timestamp now) : head_(head), now_(now) {}

  std::optional<int64_t> Count(const std::string& what, const char* name,
                               const char* short_name) const {
    for (const char* prefix : {"x-ratelimit-", "x-rate-limit-", "ratelimit-"}) {
      const std::string* value = Find(prefix + what);
      if (value != nullptr) return NumberAt(*value, 0);
    }
    const std::string* all = Find("ratelimit");
    if (all == nullptr) return std::nullopt;
    const auto named = Parameter(*all, name);
    return named ? named : Parameter(*all, short_name);
  }

  std::optional<milliseconds> Reset() const {
    std::optional<int64_t> number = Count("reset", "reset", "t");
    if (!number) number = Count("window", "window", "w");
    if (!number) return std::nullopt;
    milliseconds reset = seconds(std::min(*number, kMillisSince1970));
    const auto since_1970 = std::chrono::duration_cast<milliseconds>(now_.time_since_epoch());
    if (*number >= kMillisSince1970) {
      reset = milliseconds(*number) - since_1970;
    } else if (*number >= kSince1970) {
      reset -= since_1970;
    }
    return std::clamp(reset, milliseconds(0), kLongest);
  }

 private:
  const std::string* Find(const std::string& name) const {
    const auto found = head_.headers.find(name);
    return found == head_.headers.end() ? nullptr : &found->second;
  }

  const http::Head& head_;
  const Timestamp now_;
};

}  // namespace

std::optional<VendorWord> VendorWordOf(const http::Head& head, Timestamp now) {
  const Reader reader(head, now);
  VendorWord word{.limit = reader.Count("limit", "limit", "q"),
                  .remaining = reader.Count("remaining", "remaining", "r"),
                  .reset = reader.Reset()};
  if (word.limit == 0) word.limit.reset();
  if (!word.limit && !word.remaining) return std::nullopt;
  return word;
}

}  // namespace callimport::adapter_gateway
