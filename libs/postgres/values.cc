#include "libs/postgres/values.h"

#include <cinttypes>
#include <cstdio>
#include <stdexcept>

namespace callimport::postgres {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

void AppendElement(std::string& array, const std::string& value) {
  array += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

template <typename Values, typename Append>
std::string ArrayOf(const Values& values, Append append) {
  std::string array = "{";
  for (const auto& value : values) {
    if (array.size() > 1) array += ',';
    append(array, value);
  }
  return array += '}';
}

}  // namespace

std::string ToSql(Timestamp time) {
  const auto whole = std::chrono::floor<seconds>(time);
  const auto micros = std::chrono::duration_cast<microseconds>(time - whole).count();
  const std::time_t unix_seconds = whole.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&unix_seconds, &utc);
  char text[64];
  const size_t length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc);
  std::snprintf(text + length, sizeof text - length, ".%06" PRId64 "+00",
                static_cast<int64_t>(micros));
  return text;
}

// "2026-03-01 12:00:00.123456+00", in whatever time zone the session shows it.
Timestamp TimeFromSql(const pqxx::field& field) {
  std::tm utc{};
  int64_t micros = 0;
  int offset_hours = 0;
  int offset_minutes = 0;
  const char* text = field.c_str();
  const char* rest = strptime(text, "%Y-%m-%d %H:%M:%S", &utc);
  if (!rest) throw std::invalid_argument(std::string("not a timestamp: ") + text);
  if (*rest == '.') {
    int64_t unit = 100'000;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) micros += (*rest - '0') * unit;
  }
  std::sscanf(rest, "%3d:%2d", &offset_hours, &offset_minutes);
  const int sign = *rest == '-' ? -1 : 1;
  const auto offset =
      std::chrono::hours(offset_hours) + std::chrono::minutes(sign * offset_minutes);
  return Timestamp(seconds(timegm(&utc)) + microseconds(micros) - offset);
}

std::optional<std::string> ToSql(const std::optional<Timestamp>& time) {
  if (!time) return std::nullopt;
  return ToSql(*time);
}

std::optional<Timestamp> NullableTime(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return TimeFromSql(field);
}

std::optional<std::string> NullWhenEmpty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

std::string ToArray(const std::vector<std::string>& values) {
  return ArrayOf(values, AppendElement);
}

std::string ToArray(const std::vector<std::optional<std::string>>& values) {
  return ArrayOf(values, [](std::string& array, const std::optional<std::string>& value) {
    value ? AppendElement(array, *value) : void(array += "NULL");
  });
}

std::string ToArray(const std::vector<int64_t>& values) {
  return ArrayOf(values, [](std::string& array, int64_t value) { array += std::to_string(value); });
}

std::string ToByteaArray(const std::vector<std::string>& values) {
  // Hexadecimal digits need no quotes, but the backslash in front of them does.
  return ArrayOf(values, [](std::string& array, const std::string& value) {
    array += "\"\\" + ToBytea(value) + '"';
  });
}

std::string ToBytea(const std::string& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex = "\\x";
  hex.reserve(2 + 2 * bytes.size());
  for (const char c : bytes) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 0xF];
  }
  return hex;
}

std::string FromBytea(const pqxx::field& field) { return pqxx::binarystring(field).str(); }

}  // namespace callimport::postgres
