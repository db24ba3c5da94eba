#include "tools/callimport/dates.h"

#include <google/protobuf/util/time_util.h>

#include <ctime>

#include "libs/common/status_macros.h"

namespace callimport::cli {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

constexpr int kSecondsPerDay = 24 * 3600;

// How long the moment lasts: a day, or no time.
struct Moment {
  Timestamp time;
  int seconds = 0;
};

// strptime takes the 31st of February; printing it again shows whether the day exists.
bool ReadDay(const std::string& text, Timestamp& time) {
  std::tm day{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%d", &day);
  if (text.size() != 10 || rest == nullptr || *rest != '\0') return false;
  time.set_seconds(timegm(&day));
  return ShortTime(time).substr(0, 10) == text;
}

absl::StatusOr<Moment> Read(const std::string& flag, const std::string& text) {
  Moment moment;
  if (ReadDay(text, moment.time)) {
    moment.seconds = kSecondsPerDay;
    return moment;
  }
  if (TimeUtil::FromString(text, &moment.time)) return moment;
  return UsageError(flag + ": \"" + text +
                    "\" is neither a day such as 2024-01-31 nor a time such as "
                    "2024-01-31T09:30:00Z");
}

}  // namespace

absl::StatusOr<std::optional<Timestamp>> EndOf(const Arguments& arguments,
                                               const std::string& flag) {
  const auto text = arguments.Value(flag);
  if (!text) return std::nullopt;
  ASSIGN_OR_RETURN(Moment end, Read(flag, *text));
  end.time.set_seconds(end.time.seconds() + end.seconds);
  return end.time;
}

absl::StatusOr<common::v1::CallFilter> FilterOf(const Arguments& arguments) {
  common::v1::CallFilter filter;
  if (const auto from = arguments.Value("--from")) {
    ASSIGN_OR_RETURN(const Moment start, Read("--from", *from));
    *filter.mutable_start_time() = start.time;
  }
  ASSIGN_OR_RETURN(const auto end, EndOf(arguments, "--to"));
  if (end) *filter.mutable_end_time() = *end;
  for (const std::string& text : arguments.Values("--filter")) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return UsageError("--filter: must be NAME=VALUE, not " + text);
    }
    (*filter.mutable_attributes())[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return filter;
}

std::string ShortTime(const Timestamp& time) {
  if (time.seconds() == 0) return "";
  const std::time_t seconds = time.seconds();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &utc)};
}

}  // namespace callimport::cli
