// How fast the tables of job-scheduler take in, lease and end calls; prints a table.
//
//   CALLIMPORT_BENCH_POSTGRES="host=... user=... dbname=..." job_scheduler_bench [CALLS [QUEUED]]
//
// CALLS of ten tenants without limits and under them, then beside QUEUED calls of one more tenant.
// Makes the schema job_scheduler_bench in that database, and drops it at the end.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <pqxx/pqxx>
#include <thread>

#include "libs/common/ids.h"
#include "services/job-scheduler/storage/job_store.h"
#include "services/job-scheduler/storage/migrations.h"
#include "services/job-scheduler/storage/plan_store.h"
#include "services/job-scheduler/storage/queue_store.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kSchema[] = "job_scheduler_bench";
constexpr int kPage = 1'000;
constexpr int kBatch = 100;
constexpr size_t kMetadataBytes = 800;

struct NobodyListens : ChangeListener {
  void JobsChanged(const std::vector<ImportJob>&) override {}
  void CallsQueued() override {}
  void JobToPlan() override {}
};

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void Measure(const char* what, int calls, const std::function<void()>& work) {
  const double cpu = OwnCpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf("%-28s %9.0f calls/s %8.1f us wall/call %8.1f us own CPU/call\n", what,
              calls / wall.count(), wall.count() * 1e6 / calls,
              (OwnCpuSeconds() - cpu) * 1e6 / calls);
}

void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
  std::exit(1);
}

ListedCalls PageOf(int first, bool last) {
  ListedCalls listed;
  for (int number = first; number < first + kPage; ++number) {
    auto& record = listed.records.emplace_back();
    record.set_source_call_id(std::to_string(7'000'000'000'000'000'000 + number));
    record.set_title("Call with somebody about something " + std::to_string(number));
    record.set_source_metadata(std::string(kMetadataBytes, static_cast<char>('a' + number % 26)));
  }
  listed.next.cursor = std::to_string(first + kPage);
  listed.last = last;
  return listed;
}

constexpr int kTenants = 10;
// As the service has it, where nothing else is configured.
constexpr std::chrono::seconds kLease{14};

// Nothing of it is ever reached, but all of it is counted.
StartLimits HighLimits() {
  return {.starts_per_second = 1'000'000,
          .concurrent_calls = 1'000'000,
          .platforms = {{"gong", {.concurrent_calls = 1'000'000, .call_cost = 2}}}};
}

QueueTerms TermsOf(const StartLimits& limits, std::chrono::seconds lease) {
  QueueTerms terms{.lease = lease, .retries = {}, .workspaces = {}, .limits = limits};
  terms.workspaces.bulk_hours = {0, 0};
  terms.workspaces.bulk_calls_per_window = 1'000'000'000;
  return terms;
}

void PrintQuantiles(const char* what, std::vector<double> milliseconds) {
  std::ranges::sort(milliseconds);
  const auto at = [&](double part) {
    return milliseconds[static_cast<size_t>(part * static_cast<double>(milliseconds.size() - 1))];
  };
  std::printf("%-36s p50 %.1f ms, p99 %.1f ms, longest %.1f ms\n", what, at(0.5), at(0.99), at(1));
}

class Bench {
 public:
  explicit Bench(postgres::Pool& pool)
      : pool_(pool),
        jobs_(pool, nobody_, SystemClock()),
        plans_(pool, nobody_, std::chrono::seconds(600), SystemClock()) {}

  // Calls of ten tenants, listed and worked off; without limits and under them.
  void Compare(int calls) {
    List("list, pages of 1000", calls);
    WorkOff("lease + report, no limits", {}, calls);
    List("list, pages of 1000", calls);
    WorkOff("lease + report, all limits", HighLimits(), calls);
  }

  // The same beside a queue of that many calls of one tenant.
  void Crowd(int queued, int calls) {
    ListJob("crowd", queued);
    List("list beside the crowd", calls);
    WorkOff("lease + report beside the crowd", HighLimits(), calls);
  }

  // How long a call stays with a worker that died as soon as it had it, when another asks as often
  // as the service does for a worker that waits.
  void Crash() {
    QueueStore queue(pool_, nobody_, TermsOf({}, kLease), SystemClock());
    const auto lost = Must(queue.Lease("lost", 1));
    const auto start = std::chrono::steady_clock::now();
    while (true) {
      Must(queue.Reclaim());
      const auto found = Must(queue.Lease("next", kBatch));
      if (std::ranges::any_of(found.calls, [&](const LeasedCall& call) {
            return call.lease.call_id == lost.calls.at(0).lease.call_id;
          })) {
        break;
      }
      Must(queue.Release(LeasesOf(found.calls)));
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    std::printf("%-36s %.1f s\n", "crash to the next lease", wall.count());
  }

 private:
  static std::vector<Lease> LeasesOf(const std::vector<LeasedCall>& calls) {
    std::vector<Lease> leases;
    for (const LeasedCall& call : calls) leases.push_back(call.lease);
    return leases;
  }

  void List(const char* what, int calls) {
    Measure(what, calls, [&] {
      for (int tenant = 0; tenant < kTenants; ++tenant) {
        ListJob("tenant" + std::to_string(tenant), calls / kTenants);
      }
    });
  }

  void ListJob(const std::string& workspace_id, int calls) {
    ImportJob job;
    job.job_id = NewUuid();
    job.workspace_id = workspace_id;
    job.credential_id = NewUuid();
    job.created_at = job.window.start = job.window.end = SystemClock().Now();
    Must(jobs_.Create(job, {NewUuid(), "digest"}));
    const PlanLease lease = *Must(plans_.Lease("bench"));
    Must(plans_.Begin(lease));
    Must(plans_.StoreCount(lease, {"gong", calls, common::v1::EXACTNESS_EXACT}));
    for (int first = 0; first < calls; first += kPage) {
      Must(plans_.StoreCalls(lease, PageOf(listed_ + first, first + kPage >= calls)));
    }
    listed_ += calls;
  }

  // Two workers, as two processes would be.
  void WorkOff(const char* what, const StartLimits& limits, int calls) {
    QueueStore queue(pool_, nobody_, TermsOf(limits, std::chrono::seconds(600)), SystemClock());
    std::atomic<int> left = calls;
    std::vector<double> here;
    std::vector<double> there;
    Measure(what, calls, [&] {
      std::jthread other([&] { Work(queue, left, there); });
      Work(queue, left, here);
    });
    here.insert(here.end(), there.begin(), there.end());
    PrintQuantiles("  a lease of 100 calls takes", here);
  }

  void Work(QueueStore& queue, std::atomic<int>& left, std::vector<double>& milliseconds) {
    while (left > 0) {
      const auto start = std::chrono::steady_clock::now();
      const auto leased = Must(queue.Lease("bench", kBatch));
      if (leased.calls.empty()) return;
      milliseconds.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
              .count());
      std::vector<QueueStore::Report> reports;
      for (const LeasedCall& call : leased.calls) {
        reports.push_back({call.lease, Completed{NewUuid(), 65'536}});
      }
      Must(queue.ReportOutcomes(reports));
      left -= static_cast<int>(leased.calls.size());
    }
  }

  postgres::Pool& pool_;
  NobodyListens nobody_;
  JobStore jobs_;
  PlanStore plans_;
  int listed_ = 0;
};

int Main(int argc, char** argv) {
  const char* connection = std::getenv("CALLIMPORT_BENCH_POSTGRES");
  if (!connection) {
    std::fprintf(stderr, "CALLIMPORT_BENCH_POSTGRES is not set\n");
    return 2;
  }
  const int asked = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const int calls = std::max(1, asked / kPage / kTenants) * kPage * kTenants;
  const int queued = argc > 2 ? std::atoi(argv[2]) : 1'000'000;
  const std::string schema = kSchema;
  pqxx::connection admin(connection);
  pqxx::nontransaction(admin).exec("DROP SCHEMA IF EXISTS " + schema + " CASCADE; CREATE SCHEMA " +
                                   schema);
  {
    postgres::Config config;
    config.set_connection(connection);
    config.set_schema(schema);
    const auto pool = Must(postgres::Pool::Open(config));
    if (!postgres::Migrate(*pool, Migrations()).ok()) return 1;
    Bench bench(*pool);
    bench.Compare(calls);
    bench.Crowd(std::max(1, queued / kPage) * kPage, calls);
    bench.Crash();
  }
  pqxx::nontransaction(admin).exec("DROP SCHEMA " + schema + " CASCADE");
  return 0;
}

}  // namespace
}  // namespace callimport::job_scheduler

int main(int argc, char** argv) { return callimport::job_scheduler::Main(argc, argv); }
