// Two replicas of the gateway's quota broker, over PostgreSQL, against a vendor that counts.
#include <atomic>
#include <iterator>
#include <memory>
#include <thread>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/migrator.h"
#include "services/adapter-gateway/quota/quota_broker.h"
#include "services/adapter-gateway/storage/migrations.h"
#include "services/adapter-gateway/storage/quota_store.h"
#include "tests/bench/latencies.h"
#include "tests/bench/quota_vendor.h"
#include "tests/bench/rows.h"
#include "tests/e2e/database.h"

namespace callimport::bench {
namespace {

namespace gateway = adapter_gateway;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

constexpr int kReplicas = 2;
constexpr int kThreads = 8;
constexpr milliseconds kLatency{5};
constexpr milliseconds kRetryAfter{1'000};
constexpr milliseconds kLease{5'000};

// One replica, with the thread that shares its tokens.
class Replica {
 public:
  explicit Replica(postgres::Pool& pool)
      : store_(pool, NewUuid(), kLease), ticking_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            broker_.Tick().IgnoreError();
            std::this_thread::sleep_for(gateway::QuotaBroker::kTick);
          }
        }) {}

  gateway::QuotaBroker& broker() { return broker_; }

 private:
  gateway::QuotaStore store_;
  gateway::QuotaBroker broker_{SystemClock(), store_};
  std::jthread ticking_;
};

struct Place {
  e2e::Database database{CALLIMPORT_SOURCE_DIR "/deploy/postgres/roles.sql"};
  std::unique_ptr<postgres::Pool> pool;
  std::vector<std::unique_ptr<Replica>> replicas;
};

absl::StatusOr<std::unique_ptr<Place>> Prepare() {
  auto place = std::make_unique<Place>();
  postgres::Config config;
  config.set_connection(place->database.ConnectionOf("adapter_gateway"));
  config.set_schema("adapter_gateway");
  ASSIGN_OR_RETURN(place->pool, postgres::Pool::Open(config));
  RETURN_IF_ERROR(postgres::Migrate(*place->pool, gateway::Migrations()));
  for (int i = 0; i < kReplicas; ++i) {
    place->replicas.push_back(std::make_unique<Replica>(*place->pool));
  }
  return place;
}

// As the catalog would say it.
gateway::QuotaPolicy PolicyOf(int limit) {
  common::v1::PlatformDescriptor platform;
  platform.add_rate_windows()->set_limit(limit);
  platform.mutable_rate_windows(0)->set_period_seconds(1);
  return gateway::QuotaPolicyOf(platform);
}

struct Answers {
  std::atomic<int64_t> well{0};
  std::atomic<int64_t> refused{0};
};

// All replicas ask as fast as they may until `end`.
void AskAll(Place& place, const std::string& account, const gateway::QuotaPolicy& policy,
            QuotaVendor& vendor, Timestamp end, Answers& answers) {
  std::vector<std::jthread> threads;
  for (const auto& replica : place.replicas) {
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, broker = &replica->broker()] {
        while (broker->Acquire(account, policy, {.until = end}).ok()) {
          const Timestamp sent_at = SystemClock().Now();
          const bool well = vendor.Ask();
          std::this_thread::sleep_for(kLatency);
          ++(well ? answers.well : answers.refused);
          const Timestamp now = SystemClock().Now();
          if (!well) broker->Refused(account, policy, "", sent_at, now + kRetryAfter);
        }
      });
    }
  }
}

std::string Setting() {
  return std::to_string(kReplicas) + " replicas of " + std::to_string(kThreads) +
         " threads, PostgreSQL between them";
}

void MeasureKnownLimit(Place& place, int limit, Report& report) {
  constexpr seconds kTime{20};
  QuotaVendor vendor;
  vendor.set_limit(limit);
  Answers answers;
  const std::string account = "bench/known-" + std::to_string(limit);
  AskAll(place, account, PolicyOf(limit), vendor, SystemClock().Now() + kTime, answers);
  const double allowed = static_cast<double>(limit) * kTime.count();
  const std::string conditions =
      FormatCount(limit) + " a second for " + FormatCount(kTime.count()) + " s, " + Setting();
  report.Add({.row = "quota",
              .what = "use of a known limit of " + FormatCount(limit),
              .value = 100 * static_cast<double>(answers.well) / allowed,
              .unit = "%",
              .target = AtLeast(97),
              .conditions = conditions});
  report.Add({.row = "quota",
              .what = "answers 429, known limit of " + FormatCount(limit),
              .value = static_cast<double>(answers.refused),
              .unit = "requests",
              .target = AtMost(0),
              .conditions = conditions});
}

// What the vendor allows in all, and what somebody else asks of it.
struct Phase {
  int64_t limit;
  double rival;
};

void AskAsRival(QuotaVendor& vendor, double per_second, Steady::time_point end) {
  const std::chrono::duration<double> pause(1 / per_second);
  for (auto next = Steady::now(); next < end;
       next += std::chrono::duration_cast<Steady::duration>(pause)) {
    std::this_thread::sleep_until(next);
    vendor.Ask();
  }
}

void MeasureHiddenLimit(Place& place, Report& report) {
  constexpr seconds kPhase{45};
  constexpr Phase kPhases[] = {{60, 10}, {40, 10}, {60, 20}};
  const gateway::QuotaPolicy policy = PolicyOf(200);
  QuotaVendor vendor;
  Answers answers;
  double left = 0;
  const Timestamp end = SystemClock().Now() + std::size(kPhases) * kPhase;
  std::jthread asking;
  for (const Phase& phase : kPhases) {
    vendor.set_limit(phase.limit);
    if (!asking.joinable()) {
      asking = std::jthread([&] { AskAll(place, "bench/hidden", policy, vendor, end, answers); });
    }
    left += (static_cast<double>(phase.limit) - phase.rival) * kPhase.count();
    AskAsRival(vendor, phase.rival, Steady::now() + kPhase);
  }
  asking.join();
  const auto well = static_cast<double>(answers.well);
  const auto refused = static_cast<double>(answers.refused);
  const std::string conditions =
      "the catalog says 200 a second; the vendor allows 60, 40 and 60, 45 s each, and a rival asks "
      "10, 10 and 20 of them; Retry-After 1 s; " +
      Setting();
  report.Add({.row = "quota",
              .what = "use of what a hidden limit leaves",
              .value = 100 * well / left,
              .unit = "%",
              .target = AtLeast(90),
              .conditions = conditions});
  report.Add({.row = "quota",
              .what = "answers 429, hidden limit",
              .value = 100 * refused / (well + refused),
              .unit = "%",
              .target = AtMost(1),
              .conditions = conditions});
}

// What a request waits for its turn where there is room.
void MeasureTurn(Place& place, Report& report) {
  constexpr int kTurns = 200'000;
  const gateway::QuotaPolicy policy = PolicyOf(1'000'000);
  gateway::QuotaBroker& broker = place.replicas.front()->broker();
  const Timestamp end = SystemClock().Now() + seconds(60);
  broker.Acquire("bench/turns", policy, {.until = end}).IgnoreError();
  Latencies latencies;
  for (int i = 0; i < kTurns; ++i) {
    const auto begin = Steady::now();
    broker.Acquire("bench/turns", policy, {.until = end}).IgnoreError();
    latencies.Add(Steady::now() - begin);
  }
  const std::string conditions = FormatCount(kTurns) +
                                 " turns in a row where there is room; p99.9 " +
                                 FormatNumber(1'000 * latencies.Quantile(0.999)) + " µs";
  report.Add({.row = "quota",
              .what = "a request's turn, p99",
              .value = 1'000 * latencies.Quantile(0.99),
              .unit = "µs",
              .target = AtMost(100),
              .conditions = conditions});
}

absl::Status MeasureExchange(Place& place, Report& report) {
  constexpr int kExchanges = 2'000;
  gateway::QuotaStore store(*place.pool, NewUuid(), kLease);
  gateway::BucketClaim claim{.bucket = "bench/exchange"};
  for (const gateway::QuotaWindow& window : PolicyOf(3).windows) {
    claim.windows.push_back({.window = window, .want = 1});
  }
  Latencies latencies;
  for (int i = 0; i < kExchanges; ++i) {
    const auto begin = Steady::now();
    RETURN_IF_ERROR(store.Exchange({claim}).status());
    latencies.Add(Steady::now() - begin);
  }
  report.Add({.row = "quota",
              .what = "an exchange with the other replicas, p50",
              .value = latencies.Quantile(0.5),
              .unit = "ms",
              .conditions = "durable; four a second for each account in use, all accounts of a "
                            "replica together"});
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureQuota(const Options&, Report& report) {
  try {
    ASSIGN_OR_RETURN(const auto place, Prepare());
    report.Step("quota: known limits, 40 s");
    MeasureKnownLimit(*place, 3, report);
    MeasureKnownLimit(*place, 100, report);
    report.Step("quota: a hidden limit, 135 s");
    MeasureHiddenLimit(*place, report);
    MeasureTurn(*place, report);
    return MeasureExchange(*place, report);
  } catch (const std::exception& problem) {
    return Error(absl::StatusCode::kUnavailable, "NOT_STARTED", problem.what());
  }
}

}  // namespace callimport::bench
