#include "libs/json/iso_time.h"

#include <cstdio>

namespace callimport::json {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly so many digits; -1 where they are missing.
  int Digits(size_t count) {
    if (rest_.size() < count) return -1;
    int number = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return -1;
      number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }

  // Up to nine digits count, further ones are dropped.
  std::optional<nanoseconds> Fraction() {
    int64_t unit = 1'000'000'000;
    int64_t sum = 0;
    size_t digits = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++digits) {
      unit /= 10;
      sum += unit * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    return nanoseconds(sum);
  }

  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> TakeDate(Scanner& scan) {
  const int year = scan.Digits(4);
  const bool dash = scan.Take('-');
  const int month = scan.Digits(2);
  if (!dash || !scan.Take('-')) return std::nullopt;
  const int day = scan.Digits(2);
  if (year < 1970 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year{year},
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok() || year > 2200) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<nanoseconds> TakeTimeOfDay(Scanner& scan) {
  const int hour = scan.Digits(2);
  const bool colon = scan.Take(':');
  const int minute = scan.Digits(2);
  if (!colon || !scan.Take(':')) return std::nullopt;
  const int second = scan.Digits(2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  const nanoseconds whole = hours(hour) + minutes(minute) + seconds(second);
  if (!scan.Take('.')) return whole;
  const std::optional<nanoseconds> fraction = scan.Fraction();
  if (!fraction) return std::nullopt;
  return whole + *fraction;
}

std::optional<minutes> TakeZone(Scanner& scan) {
  if (scan.Take('Z') || scan.Take('z')) return minutes(0);
  const bool east = scan.Take('+');
  if (!east && !scan.Take('-')) return std::nullopt;
  const int hour = scan.Digits(2);
  scan.Take(':');
  const int minute = scan.Digits(2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  const minutes offset = hours(hour) + minutes(minute);
  return east ? offset : -offset;
}

}  // namespace

std::optional<Timestamp> ParseIsoTime(std::string_view text) {
  Scanner scan(text);
  const auto date = TakeDate(scan);
  if (!date || (!scan.Take('T') && !scan.Take('t') && !scan.Take(' '))) return std::nullopt;
  const auto time = TakeTimeOfDay(scan);
  if (!time) return std::nullopt;
  const auto zone = TakeZone(scan);
  if (!zone || !scan.AtEnd()) return std::nullopt;
  return std::chrono::time_point_cast<Timestamp::duration>(*date + *time - *zone);
}

std::string FormatIsoTime(Timestamp time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time - day).count();
  char text[48];
  int size = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d",
                           static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                           static_cast<unsigned>(date.day()), static_cast<int>(ms / 3'600'000),
                           static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60));
  std::string result(text, static_cast<size_t>(size));
  if (ms % 1000 != 0) {
    size = std::snprintf(text, sizeof text, ".%03d", static_cast<int>(ms % 1000));
    result.append(text, static_cast<size_t>(size));
  }
  return result + "Z";
}

}  // namespace callimport::json
