// How fast the tables of job-scheduler take in, lease and end calls; prints a table.
//
//   CALLIMPORT_BENCH_POSTGRES="host=... user=... dbname=..." job_scheduler_bench [CALLS]
//
// Makes the schema job_scheduler_bench in that database, and drops it at the end.
#include <sys/resource.h>

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

class Bench {
 public:
  Bench(postgres::Pool& pool, int calls)
      : calls_(calls),
        jobs_(pool, nobody_, SystemClock()),
        plans_(pool, nobody_, std::chrono::seconds(600), SystemClock()),
        queue_(pool, nobody_, {.lease = std::chrono::seconds(600), .retries = {}}, SystemClock()) {}

  void Run() {
    ImportJob job;
    job.job_id = NewUuid();
    job.workspace_id = "bench";
    job.created_at = job.window.start = job.window.end = SystemClock().Now();
    Must(jobs_.Create(job, {NewUuid(), "digest"}));
    Measure("list, pages of 1000", calls_, [this] { List(); });
    Measure("lease + report, batches 100", calls_, [this] { WorkOff(); });
    const ImportJob ended = Must(jobs_.Find("bench", job.job_id));
    std::printf("the job is %s\n", NameOf(ended.state).c_str());
  }

 private:
  void List() {
    const PlanLease lease = *Must(plans_.Lease("bench"));
    Must(plans_.Begin(lease));
    Must(plans_.StoreCount(lease, {"gong", calls_, common::v1::EXACTNESS_EXACT}));
    for (int first = 0; first < calls_; first += kPage) {
      Must(plans_.StoreCalls(lease, PageOf(first, first + kPage >= calls_)));
    }
  }

  // Two workers, as two processes would be.
  void WorkOff() {
    std::jthread other([this] { Work(); });
    Work();
  }

  void Work() {
    while (true) {
      const auto leased = Must(queue_.Lease("bench", kBatch));
      if (leased.calls.empty()) return;
      std::vector<QueueStore::Report> reports;
      for (const LeasedCall& call : leased.calls) {
        reports.push_back({call.lease, Completed{NewUuid(), 65'536}});
      }
      Must(queue_.ReportOutcomes(reports));
    }
  }

  const int calls_;
  NobodyListens nobody_;
  JobStore jobs_;
  PlanStore plans_;
  QueueStore queue_;
};

int Main(int argc, char** argv) {
  const char* connection = std::getenv("CALLIMPORT_BENCH_POSTGRES");
  if (!connection) {
    std::fprintf(stderr, "CALLIMPORT_BENCH_POSTGRES is not set\n");
    return 2;
  }
  const int asked = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const int calls = std::max(1, asked / kPage) * kPage;
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
    Bench(*pool, calls).Run();
  }
  pqxx::nontransaction(admin).exec("DROP SCHEMA " + schema + " CASCADE");
  return 0;
}

}  // namespace
}  // namespace callimport::job_scheduler

int main(int argc, char** argv) { return callimport::job_scheduler::Main(argc, argv); }
