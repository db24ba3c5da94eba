#include "services/job-scheduler/domain/forecast.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace callimport::job_scheduler {
namespace {

using std::chrono::days;
using std::chrono::duration;
using std::chrono::microseconds;

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

// Walks of more windows and days than that are continued as they went.
constexpr int kMostSteps = 2'000;
constexpr std::chrono::years kHorizon{100};

// What goes wrong and is done again, and what goes better than expected.
constexpr double kMoreWork = 1.06;
constexpr double kLessWork = 0.95;
constexpr double kWorstShareOfQuota = 0.9;
// Counting, listing, and the last retries.
constexpr double kOverheadSeconds = 60;

// How it goes in one case.
struct Conditions {
  double calls = 0;
  // Of the engine.
  double calls_per_second = 0;
  double requests_per_call = 0;
  double requests_per_second = kUnlimited;
  double requests_a_day = kUnlimited;
  double requests_left_today = kUnlimited;
  double calls_per_window = kUnlimited;
  std::optional<BulkWindow> window;
};

struct Course {
  Timestamp end;
  int64_t windows = 0;
};

Timestamp After(Timestamp start, double seconds) {
  const auto longest = std::chrono::duration_cast<duration<double>>(kHorizon);
  const auto wait = std::min(duration<double>(seconds), longest);
  return start + std::chrono::duration_cast<microseconds>(wait);
}

double SecondsBetween(Timestamp start, Timestamp end) {
  return duration<double>(end - start).count();
}

// Vendors count days by UTC where they do not say otherwise.
Timestamp NextDay(Timestamp now) { return std::chrono::ceil<days>(now + microseconds(1)); }

// Works the calls off from moment to moment at which something changes: the window opens or
// closes, or the vendor's day begins.
class Walk {
 public:
  Walk(const Conditions& conditions, Timestamp now)
      : on_(conditions),
        begin_(now),
        now_(now),
        calls_(conditions.calls),
        requests_(conditions.requests_left_today),
        rate_(on_.calls_per_second) {
    if (on_.requests_per_call > 0) {
      rate_ = std::min(rate_, on_.requests_per_second / on_.requests_per_call);
    }
    rate_ = std::max(rate_, 1e-9);
  }

  Course Run() {
    EnterWindow();
    for (int step = 0; calls_ > 0; ++step) {
      if (step == kMostSteps) return Continued();
      Step();
    }
    return {.end = now_, .windows = windows_};
  }

 private:
  void EnterWindow() {
    if (!on_.window) return;
    now_ = on_.window->OpensAt(now_).value_or(now_);
    opens_next_ = on_.window->NextAfter(now_);
    closes_ = on_.window->ClosesAt(now_).value_or(opens_next_);
    starts_ = on_.calls_per_window;
    ++windows_;
  }

  double CallsOf(double requests) const {
    return on_.requests_per_call > 0 ? requests / on_.requests_per_call : kUnlimited;
  }

  void Step() {
    const bool counts_days = std::isfinite(on_.requests_a_day);
    const Timestamp day_end = counts_days ? NextDay(now_) : Timestamp::max();
    const Timestamp until = std::min(day_end, on_.window ? closes_ : Timestamp::max());
    const double most = std::min(starts_, CallsOf(requests_));
    const double in_time =
        until == Timestamp::max() ? kUnlimited : rate_ * SecondsBetween(now_, until);
    const double done = std::min({calls_, most, in_time});
    calls_ -= done;
    starts_ -= done;
    requests_ -= done * on_.requests_per_call;
    now_ = After(now_, done / rate_);
    if (calls_ <= 1e-6) {
      calls_ = 0;
    } else if (on_.window && (now_ >= closes_ - microseconds(2) || starts_ <= 1e-6)) {
      MoveTo(opens_next_);
    } else {
      MoveTo(day_end);
    }
  }

  void MoveTo(Timestamp moment) {
    if (std::chrono::floor<days>(moment) > std::chrono::floor<days>(now_)) {
      requests_ = on_.requests_a_day;
    }
    now_ = std::max(moment, now_);
    if (on_.window && now_ >= closes_) EnterWindow();
  }

  Course Continued() const {
    const double rest = on_.calls / std::max(on_.calls - calls_, 1.0);
    return {.end = After(begin_, SecondsBetween(begin_, now_) * rest),
            .windows = static_cast<int64_t>(static_cast<double>(windows_) * rest)};
  }

  const Conditions& on_;
  const Timestamp begin_;
  Timestamp now_;
  double calls_;
  double requests_;
  double rate_;
  double starts_ = kUnlimited;
  Timestamp closes_ = Timestamp::max();
  Timestamp opens_next_ = Timestamp::max();
  int64_t windows_ = 0;
};

double OrUnlimited(const std::optional<int64_t>& number) {
  return number ? static_cast<double>(*number) : kUnlimited;
}

Conditions ConditionsOf(const ForecastTask& task, int64_t calls, double calls_per_second) {
  Conditions conditions;
  conditions.calls = static_cast<double>(calls);
  conditions.calls_per_second = calls_per_second;
  if (task.calls > 0) {
    conditions.requests_per_call =
        static_cast<double>(task.vendor_requests) / static_cast<double>(task.calls);
  }
  if (task.requests_per_second > 0) conditions.requests_per_second = task.requests_per_second;
  if (task.daily_requests.value_or(0) > 0) {
    conditions.requests_a_day = OrUnlimited(task.daily_requests);
    conditions.requests_left_today =
        OrUnlimited(task.daily_requests_left ? task.daily_requests_left : task.daily_requests);
  }
  conditions.window = task.window;
  if (task.calls_per_window > 0) {
    conditions.calls_per_window = static_cast<double>(task.calls_per_window);
  }
  return conditions;
}

Course AtBest(const ForecastTask& task, int64_t calls, Timestamp now) {
  Conditions conditions = ConditionsOf(task, calls, task.pace.fast);
  conditions.calls *= kLessWork;
  return Walk(conditions, now).Run();
}

Course AtWorst(const ForecastTask& task, int64_t calls, Timestamp now) {
  Conditions conditions = ConditionsOf(task, calls, task.pace.slow);
  conditions.calls = conditions.calls * kMoreWork + task.pace.slow * kOverheadSeconds;
  conditions.requests_per_second *= kWorstShareOfQuota;
  return Walk(conditions, now).Run();
}

// What would help most if it were not there, provided that it helps at all.
SpeedBound BoundOf(const ForecastTask& task, Timestamp now) {
  const auto seconds = [&](const ForecastTask& without) {
    const double pace = std::sqrt(task.pace.slow * task.pace.fast);
    const Conditions conditions = ConditionsOf(without, task.calls + task.calls_before, pace);
    return SecondsBetween(now, Walk(conditions, now).Run().end);
  };
  ForecastTask without_quota = task;
  without_quota.requests_per_second = 0;
  without_quota.daily_requests.reset();
  ForecastTask without_window = task;
  without_window.window.reset();
  without_window.calls_per_window = 0;
  const double quota = seconds(without_quota);
  const double window = seconds(without_window);
  if (std::min(quota, window) > 0.9 * seconds(task)) return SpeedBound::kEngine;
  return window <= quota ? SpeedBound::kWindow : SpeedBound::kQuota;
}

}  // namespace

Forecast ForecastOf(const ForecastTask& task, Timestamp now) {
  const int64_t calls = task.calls + task.calls_before;
  const Course best = AtBest(task, calls, now);
  const Course worst = AtWorst(task, calls, now);
  Forecast forecast{.start = AtBest(task, task.calls_before, now).end,
                    .earliest = best.end,
                    .latest = std::max(worst.end, best.end),
                    .fewest_windows = best.windows,
                    .most_windows = std::max(worst.windows, best.windows),
                    .daily_quota_share = std::nullopt,
                    .bound = BoundOf(task, now)};
  if (task.daily_requests.value_or(0) > 0) {
    forecast.daily_quota_share =
        static_cast<double>(task.vendor_requests) / static_cast<double>(*task.daily_requests);
  }
  return forecast;
}

}  // namespace callimport::job_scheduler
