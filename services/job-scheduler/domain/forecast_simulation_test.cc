// Forecasts held against imports that are played through, request by request, at vendors whose
// speed, limits and failures are drawn by chance.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <random>
#include <vector>

#include "services/job-scheduler/domain/bulk_window.h"
#include "services/job-scheduler/domain/forecast.h"
#include "services/job-scheduler/domain/job_charge.h"
#include "services/job-scheduler/domain/measured_pace.h"
#include "services/job-scheduler/domain/pricing.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

constexpr Timestamp kNow{seconds(1'800'000'000)};
constexpr int kRuns = 200;

Timestamp Later(Timestamp time, double wait) {
  return time + std::chrono::duration_cast<Timestamp::duration>(duration<double>(wait));
}

struct Vendor {
  double requests_per_second = 0;
  int64_t daily_requests = 0;  // 0: no limit
  int requests_per_call = 1;
  // Of one call, in one of the workers.
  double mean_seconds = 1;
  double spread = 0.5;
  double failing_share = 0.01;
  int workers = 8;
  std::optional<BulkWindow> window;
  int64_t calls_per_window = 0;
};

// When the last of the calls is done. Knows nothing of how forecasts are made.
class PlayedImport {
 public:
  PlayedImport(const Vendor& vendor, int64_t calls, Timestamp start, std::mt19937& random)
      : vendor_(vendor), waiting_(calls), start_(start), token_free_(start), random_(random) {}

  Timestamp Run() {
    for (int worker = 0; worker < vendor_.workers; ++worker) workers_.push(start_);
    while (waiting_ > 0 || !retries_.empty()) StartNext();
    return last_end_;
  }

 private:
  using Moments = std::priority_queue<Timestamp, std::vector<Timestamp>, std::greater<>>;

  void StartNext() {
    Timestamp begin = workers_.top();
    workers_.pop();
    const bool retry = waiting_ == 0 || (!retries_.empty() && retries_.top() <= begin);
    if (retry) {
      begin = std::max(begin, retries_.top());
      retries_.pop();
    } else {
      --waiting_;
    }
    begin = Allowed(begin);
    const Timestamp end =
        Later(begin, std::lognormal_distribution(
                         std::log(vendor_.mean_seconds) - vendor_.spread * vendor_.spread / 2,
                         vendor_.spread)(random_));
    last_end_ = std::max(last_end_, end);
    workers_.push(end);
    if (std::bernoulli_distribution(vendor_.failing_share)(random_)) {
      retries_.push(Later(end, std::uniform_real_distribution<>(4, 25)(random_)));
    }
  }

  // The first moment at which the window is open and the vendor takes the call's requests.
  Timestamp Allowed(Timestamp begin) {
    begin = std::max({begin, token_free_, last_start_});
    while (true) {
      const Timestamp open = InWindow(begin);
      const Timestamp taken = InDay(open);
      begin = taken;
      if (taken == open) break;
    }
    last_start_ = begin;
    if (vendor_.requests_per_second > 0) {
      token_free_ = Later(begin, vendor_.requests_per_call / vendor_.requests_per_second);
    }
    requests_today_ += vendor_.requests_per_call;
    ++starts_;
    return begin;
  }

  Timestamp InWindow(Timestamp begin) {
    if (!vendor_.window) return begin;
    if (begin >= closes_) begin = EnterWindow(vendor_.window->OpensAt(begin).value_or(begin));
    if (vendor_.calls_per_window == 0 || starts_ < vendor_.calls_per_window) return begin;
    return EnterWindow(next_);
  }

  Timestamp EnterWindow(Timestamp begin) {
    starts_ = 0;
    next_ = vendor_.window->NextAfter(begin);
    closes_ = vendor_.window->ClosesAt(begin).value_or(next_);
    return begin;
  }

  Timestamp InDay(Timestamp begin) {
    const auto day = std::chrono::floor<std::chrono::days>(begin);
    if (day != day_) requests_today_ = 0;
    day_ = day;
    if (vendor_.daily_requests == 0) return begin;
    if (requests_today_ + vendor_.requests_per_call <= vendor_.daily_requests) return begin;
    return day + std::chrono::days(1);
  }

  const Vendor& vendor_;
  int64_t waiting_;
  const Timestamp start_;
  Timestamp token_free_;
  std::mt19937& random_;
  Moments workers_;
  Moments retries_;
  Timestamp last_end_{};
  // Nobody starts before somebody else who was asked first.
  Timestamp last_start_{};
  Timestamp closes_{};
  Timestamp next_{};
  int64_t starts_ = 0;
  int64_t requests_today_ = 0;
  std::chrono::sys_days day_{};
};

Vendor DrawVendor(std::mt19937& random) {
  const auto chance = [&](double share) { return std::bernoulli_distribution(share)(random); };
  const auto between = [&](double low, double high) {
    return std::exp(std::uniform_real_distribution(std::log(low), std::log(high))(random));
  };
  Vendor vendor;
  vendor.requests_per_call = std::uniform_int_distribution(1, 3)(random);
  vendor.mean_seconds = between(0.3, 20);
  vendor.spread = between(0.2, 1);
  vendor.failing_share = between(0.001, 0.03);
  vendor.workers = std::uniform_int_distribution(2, 16)(random);
  if (chance(0.6)) vendor.requests_per_second = between(0.5, 20);
  if (chance(0.3)) vendor.daily_requests = static_cast<int64_t>(between(500, 20'000));
  if (chance(0.5)) {
    vendor.window = BulkWindow(chance(0.5) ? "UTC" : "America/New_York", {20, 8});
    if (chance(0.5)) vendor.calls_per_window = 5'000;
  }
  return vendor;
}

// Some imports ran before, of other sizes and on other days, when the vendor was quicker or slower.
std::vector<double> PacesBefore(Vendor vendor, std::mt19937& random) {
  vendor.window.reset();
  vendor.calls_per_window = 0;
  vendor.daily_requests = 0;
  const double usual = vendor.mean_seconds;
  std::vector<double> paces;
  for (int run = 0; run < 10; ++run) {
    vendor.mean_seconds = usual * std::lognormal_distribution(0.0, 0.1)(random);
    const int64_t calls = std::uniform_int_distribution(50, 500)(random);
    const Timestamp end = PlayedImport(vendor, calls, kNow, random).Run();
    paces.push_back(static_cast<double>(calls) / duration<double>(end - kNow).count());
  }
  return paces;
}

ForecastTask TaskOf(const Vendor& vendor, int64_t calls, Pace pace) {
  ForecastTask task;
  task.calls = calls;
  task.vendor_requests = calls * vendor.requests_per_call;
  if (vendor.daily_requests > 0) {
    task.daily_requests = vendor.daily_requests;
    task.daily_requests_left = vendor.daily_requests;
  }
  task.requests_per_second = vendor.requests_per_second;
  task.pace = pace;
  task.window = vendor.window;
  task.calls_per_window = vendor.calls_per_window;
  return task;
}

TEST(ForecastSimulationTest, NineOfTenImportsEndWithinTheInterval) {
  std::mt19937 random(20'261'121);
  int within = 0;
  std::vector<double> widths;
  for (int run = 0; run < kRuns; ++run) {
    Vendor vendor = DrawVendor(random);
    const int64_t calls = std::uniform_int_distribution<int64_t>(20, 9'000)(random);
    const Timestamp start = kNow + seconds(std::uniform_int_distribution(0, 86'400)(random));
    const Pace pace = PaceFrom(PacesBefore(vendor, random), {.slow = 0.1, .fast = 10});
    const Forecast forecast = ForecastOf(TaskOf(vendor, calls, pace), start);
    vendor.mean_seconds *= std::lognormal_distribution(0.0, 0.1)(random);

    const Timestamp end = PlayedImport(vendor, calls, start, random).Run();

    within += forecast.earliest <= end && end <= forecast.latest ? 1 : 0;
    widths.push_back(duration<double>(forecast.latest - start).count() /
                     std::max(1.0, duration<double>(forecast.earliest - start).count()));
  }
  std::nth_element(widths.begin(), widths.begin() + kRuns / 2, widths.end());
  RecordProperty("within", within);

  EXPECT_GE(within, kRuns * 9 / 10);
  // An interval that holds everything would be easy, and say nothing.
  EXPECT_LT(widths[kRuns / 2], 2.0);
}

TEST(ForecastSimulationTest, EveryImportCostsExactlyWhatWasQuoted) {
  std::mt19937 random(7);
  const auto draw = [&](int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  };
  for (int run = 0; run < kRuns; ++run) {
    const int64_t calls = draw(1, 9'000);
    const PriceTerms terms{.free_calls_included = 10,
                           .free_calls_left = draw(0, 10),
                           .cost_per_call_cents = static_cast<int32_t>(draw(1, 300))};
    const Price price = PriceOf(calls, terms);
    JobCharge charge{.month = "2026-11",
                     .free_held = price.free_calls,
                     .billable = price.billable_calls,
                     .cost_per_call_cents = *terms.cost_per_call_cents};

    int64_t cents = 0;
    for (int64_t done = 0; done < calls;) {
      done = std::min(calls, done + draw(1, 500));
      cents += Recount(charge, done, done == calls).billed_cents;
    }

    EXPECT_EQ(cents, price.total_cents);
  }
}

}  // namespace
}  // namespace callimport::job_scheduler
