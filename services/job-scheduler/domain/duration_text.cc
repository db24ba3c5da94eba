#include "services/job-scheduler/domain/duration_text.h"

#include <algorithm>
#include <chrono>

namespace callimport::job_scheduler {
namespace {

constexpr int64_t kHour = 60;
constexpr int64_t kDay = 24 * kHour;

std::string Amount(int64_t low, int64_t high, const std::string& unit) {
  const std::string units = high == 1 ? unit : unit + "s";
  if (low >= high) return std::to_string(high) + " " + units;
  return std::to_string(low) + " to " + std::to_string(high) + " " + units;
}

std::string About(const std::string& amount, bool is_range) {
  return is_range ? amount : "about " + amount;
}

}  // namespace

int64_t MinutesBetween(Timestamp start, Timestamp end) {
  return std::max<int64_t>(0, std::chrono::ceil<std::chrono::minutes>(end - start).count());
}

std::string DurationText(const Forecast& forecast, Timestamp now) {
  if (forecast.most_windows > 1) {
    return Amount(forecast.fewest_windows, forecast.most_windows, "night");
  }
  const int64_t least = std::max<int64_t>(1, MinutesBetween(now, forecast.earliest));
  const int64_t most = std::max<int64_t>(least, MinutesBetween(now, forecast.latest));
  const int64_t unit = most < 2 * kHour ? 1 : most < 2 * kDay ? kHour : kDay;
  const std::string name = unit == 1 ? "minute" : unit == kHour ? "hour" : "day";
  const int64_t low = std::max<int64_t>(1, least / unit);
  const int64_t high = (most + unit - 1) / unit;
  return About(Amount(low, high, name), low < high);
}

}  // namespace callimport::job_scheduler
