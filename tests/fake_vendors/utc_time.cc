#include "tests/fake_vendors/utc_time.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace callimport::fake_vendors {
namespace {

// Counted from 1900; later ones do not fit into a Timestamp.
constexpr int kLastYear = 2261 - 1900;

// Minutes east of Greenwich, for "Z", "+02:00" and "-0500".
std::optional<int> ParseOffset(const std::string& zone) {
  if (zone == "Z" || zone.empty()) return 0;
  int hours = 0;
  int minutes = 0;
  char sign = '+';
  if (std::sscanf(zone.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3 &&
      std::sscanf(zone.c_str(), "%c%2d%2d", &sign, &hours, &minutes) != 3) {
    return std::nullopt;
  }
  if (sign != '+' && sign != '-') return std::nullopt;
  return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

std::optional<Timestamp> FromFields(std::tm fields, double seconds, int offset_minutes) {
  const bool sound = fields.tm_mon >= 0 && fields.tm_mon < 12 && fields.tm_mday >= 1 &&
                     fields.tm_mday <= 31 && fields.tm_hour < 24 && fields.tm_min < 60 &&
                     seconds < 61;
  if (!sound) return std::nullopt;
  if (fields.tm_year > kLastYear) return Timestamp::max();
  const auto whole = std::chrono::system_clock::from_time_t(timegm(&fields));
  return whole - std::chrono::minutes(offset_minutes) +
         std::chrono::milliseconds(std::llround(seconds * 1000));
}

}  // namespace

std::string ToIso(Timestamp time) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  std::array<char, 32> text;
  const size_t size = strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &fields);
  return {text.data(), size};
}

std::optional<Timestamp> ParseIso(const std::string& text) {
  std::tm fields{};
  double seconds = 0;
  int read = 0;
  const int dates = std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &fields.tm_year, &fields.tm_mon,
                                &fields.tm_mday, &read);
  if (dates != 3) return std::nullopt;
  fields.tm_year -= 1900;
  fields.tm_mon -= 1;
  std::string rest = text.substr(static_cast<size_t>(read));
  if (!rest.empty()) {
    const int times = std::sscanf(rest.c_str(), "T%2d:%2d:%lf%n", &fields.tm_hour, &fields.tm_min,
                                  &seconds, &read);
    if (times != 3) return std::nullopt;
    rest = rest.substr(static_cast<size_t>(read));
  }
  const std::optional<int> offset = ParseOffset(rest);
  if (!offset) return std::nullopt;
  return FromFields(fields, seconds, *offset);
}

}  // namespace callimport::fake_vendors
