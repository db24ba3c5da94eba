// How the queue is shared out, on real tables.
#include <gmock/gmock.h>

#include <map>
#include <thread>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/fair_queue_table.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::WORK_CLASS_BULK;
using common::v1::WORK_CLASS_INTERACTIVE;
using common::v1::WORK_CLASS_SYNC;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;

class FairLeasesTest : public StoreTest {
 protected:
  struct Terms {
    std::string workspace = "acme";
    WorkClass work_class = WORK_CLASS_BULK;
    std::string credential = "";
    int priority = 0;
  };

  // A job with that many calls, all listed.
  ImportJob Queue(int calls, const Terms& terms) {
    ImportJob job = NewJob(terms.workspace);
    job.work_class = terms.work_class;
    job.priority = terms.priority;
    if (!terms.credential.empty()) job.credential_id = terms.credential;
    EXPECT_THAT(jobs_.Create(job, {NewUuid(), "digest"}), IsOk());
    const PlanLease lease = StartListing(job, calls);
    constexpr int kPage = 1'000;
    for (int first = 0; first < calls; first += kPage) {
      std::vector<std::string> ids;
      for (int number = first; number < std::min(calls, first + kPage); ++number) {
        ids.push_back(job.job_id + "-" + std::to_string(number));
      }
      EXPECT_THAT(plans_.StoreCalls(lease, Calls(ids, first + kPage >= calls)), IsOk());
    }
    return job;
  }

  QueueStore Limited(const StartLimits& limits) {
    QueueTerms terms;
    terms.limits = limits;
    return QueueStore(pool(), listener_, terms, clock_);
  }

  static std::vector<LeasedCall> LeaseFrom(QueueStore& queue, int max_calls) {
    auto leased = queue.Lease("worker", max_calls);
    EXPECT_THAT(leased, IsOk());
    return leased.ok() ? leased->calls : std::vector<LeasedCall>();
  }

  static int CountOf(const std::vector<LeasedCall>& calls, const ImportJob& job) {
    return static_cast<int>(std::ranges::count(calls, job.job_id, &LeasedCall::job_id));
  }

  // The vendor's quota is used up for these.
  void RunOutOfQuota(QueueStore& queue, const std::vector<LeasedCall>& calls, seconds wait) {
    std::vector<QueueStore::Report> reports;
    for (const LeasedCall& call : calls) {
      reports.push_back({call.lease, Failed{FailureClass::kQuota, "QUOTA_EXHAUSTED", "", wait}});
    }
    EXPECT_THAT(queue.ReportOutcomes(reports), IsOk());
  }

  void Set(const std::string& workspace_id, const WorkspaceChange& change) {
    EXPECT_THAT(
        postgres::Transact(
            pool(), [&](pqxx::work& tx) { EXPECT_TRUE(SaveWorkspace(tx, workspace_id, change)); }),
        IsOk());
  }
};

TEST_F(FairLeasesTest, CallsComeInTurnsOfTheirWorkspaces) {
  const ImportJob big = Queue(100, {.workspace = "big"});
  const ImportJob small = Queue(20, {.workspace = "small"});
  const auto leased = Lease(10);
  ASSERT_THAT(leased, SizeIs(10));
  for (size_t place = 2; place < leased.size(); ++place) {
    EXPECT_EQ(leased[place].job_id, leased[place - 2].job_id);
  }
  EXPECT_EQ(CountOf(leased, big), 5);
  EXPECT_EQ(CountOf(leased, small), 5);
}

TEST_F(FairLeasesTest, WhatOneLeavesOthersTake) {
  const ImportJob small = Queue(3, {.workspace = "small"});
  const ImportJob big = Queue(200, {.workspace = "big"});
  const auto leased = Lease(100);
  EXPECT_EQ(CountOf(leased, small), 3);
  EXPECT_EQ(CountOf(leased, big), 97);
}

TEST_F(FairLeasesTest, SharesAreKeptOverManySmallLeases) {
  const ImportJob one = Queue(60, {.workspace = "one"});
  const ImportJob two = Queue(60, {.workspace = "two"});
  Set("two", {.weight = 30});
  int of_two = 0;
  for (int lease = 0; lease < 40; ++lease) of_two += CountOf(Lease(1), two);
  EXPECT_EQ(of_two, 30) << "three times the default weight";
}

// The demand of features.md: fifty thousand calls of one tenant, a hundred each of nine.
TEST_F(FairLeasesTest, NineSmallTenantsFinishBesideABigOneAsIfTheyWereAlone) {
  constexpr int kBatch = 50;
  Queue(50'000, {.workspace = "big"});
  for (int warm = 0; warm < 10; ++warm) Complete(Lease(kBatch));
  std::vector<ImportJob> small;
  for (int number = 0; number < 9; ++number) {
    small.push_back(Queue(100, {.workspace = "small" + std::to_string(number)}));
  }
  int batches = 0;
  const auto all_done = [&] {
    return std::ranges::all_of(small, [&](const ImportJob& job) {
      return Find(job).state == common::v1::JOB_STATE_COMPLETED;
    });
  };
  while (!all_done() && batches < 100) {
    Complete(Lease(kBatch));
    ++batches;
  }
  const int alone = 9 * 100 / kBatch;
  EXPECT_LE(batches, 2 * alone);
}

TEST_F(FairLeasesTest, UrgentWorkOvertakesABacklogWhichGoesOn) {
  const ImportJob backlog = Queue(300, {.workspace = "big"});
  Complete(Lease(100));
  const ImportJob urgent = Queue(100, {.work_class = WORK_CLASS_INTERACTIVE});
  const auto leased = Lease(90);
  EXPECT_GE(CountOf(leased, urgent), 70);
  EXPECT_GE(CountOf(leased, backlog), 5) << "the backlog is never starved";
}

TEST_F(FairLeasesTest, PaidImportsOvertakeUnpaidOnesWhichGoOn) {
  const ImportJob unpaid = Queue(400, {.workspace = "unpaid"});
  Complete(Lease(50));
  const ImportJob paid = Queue(200, {.workspace = "paid", .priority = 1});
  const auto leased = Lease(100);
  EXPECT_GE(CountOf(leased, paid), 75);
  EXPECT_GE(CountOf(leased, unpaid), 10);
}

TEST_F(FairLeasesTest, ACredentialStartsNoMoreASecondThanItMay) {
  Queue(100, {});
  QueueStore queue = Limited({.starts_per_second = 10, .platforms = {}});
  EXPECT_THAT(LeaseFrom(queue, 6), SizeIs(6));
  EXPECT_THAT(LeaseFrom(queue, 100), SizeIs(4));
  EXPECT_THAT(LeaseFrom(queue, 100), IsEmpty());
  clock_.Advance(seconds(1));
  EXPECT_THAT(LeaseFrom(queue, 100), SizeIs(10));
}

TEST_F(FairLeasesTest, PlacesAreCountedFromLeasesThatHold) {
  Queue(100, {});
  QueueStore queue = Limited({.concurrent_calls = 10, .platforms = {}});
  const auto leased = LeaseFrom(queue, 100);
  ASSERT_THAT(leased, SizeIs(10));
  EXPECT_THAT(LeaseFrom(queue, 100), IsEmpty());
  Complete({leased[0], leased[1]});
  Fail({leased[2]});
  ASSERT_THAT(queue.Release({leased[3].lease}), IsOk());
  EXPECT_THAT(LeaseFrom(queue, 100), SizeIs(4));
  clock_.Advance(seconds(15));
  EXPECT_THAT(LeaseFrom(queue, 100), SizeIs(10)) << "workers that are gone hold nothing";
}

TEST_F(FairLeasesTest, ARenewedLeaseHoldsItsPlace) {
  Queue(100, {});
  QueueStore queue = Limited({.concurrent_calls = 1, .platforms = {}});
  const auto leased = LeaseFrom(queue, 100);
  ASSERT_THAT(leased, SizeIs(1));
  clock_.Advance(seconds(10));
  ASSERT_THAT(queue.Renew({{leased[0].lease, common::v1::CALL_STATE_DOWNLOADING}}), IsOk());
  clock_.Advance(seconds(10));
  EXPECT_THAT(LeaseFrom(queue, 100), IsEmpty());
}

TEST_F(FairLeasesTest, APlatformsPlacesAreShared) {
  const ImportJob one = Queue(100, {.workspace = "one"});
  const ImportJob two = Queue(100, {.workspace = "two"});
  QueueStore queue = Limited({.platforms = {{"gong", {.concurrent_calls = 8, .call_cost = 1}}}});
  const auto leased = LeaseFrom(queue, 100);
  EXPECT_EQ(CountOf(leased, one), 4);
  EXPECT_EQ(CountOf(leased, two), 4);
  EXPECT_THAT(LeaseFrom(queue, 100), IsEmpty());
}

// Several workers in several processes at once.
TEST_F(FairLeasesTest, LimitsHoldWhateverManyWorkersDoAtOnce) {
  Queue(2'000, {});
  const StartLimits limits{.starts_per_second = 300, .concurrent_calls = 250, .platforms = {}};
  const auto other_pool = *postgres::Pool::Open(database());
  QueueTerms terms;
  terms.limits = limits;
  QueueStore here(pool(), listener_, terms, clock_);
  QueueStore there(*other_pool, listener_, terms, clock_);
  std::atomic<int> leased = 0;
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < 6; ++worker) {
    workers.emplace_back([&, worker] {
      for (int lease = 0; lease < 20; ++lease) {
        leased += static_cast<int>(LeaseFrom(worker % 2 == 0 ? here : there, 7).size());
      }
    });
  }
  workers.clear();
  EXPECT_EQ(leased, 250);
}

TEST_F(FairLeasesTest, BulkStartsOnlyInTheWindowAndWhatIsUnderWayGoesOn) {
  Queue(100, {});
  Set("acme", {.time_zone = "UTC", .bulk_hours = BulkHours{20, 8}});
  clock_.Advance(hours(8) - seconds(1));  // the clock began at midnight
  const auto leased = Lease(10);
  ASSERT_THAT(leased, SizeIs(10));
  clock_.Advance(seconds(2));
  EXPECT_THAT(Lease(10), IsEmpty()) << "08:00:01";
  ASSERT_THAT(queue_.Renew({{leased[0].lease, common::v1::CALL_STATE_DOWNLOADING}}), IsOk());
  Complete(leased);
  clock_.Advance(hours(12) - seconds(2));
  EXPECT_THAT(Lease(10), IsEmpty()) << "19:59:59";
  clock_.Advance(seconds(1));
  EXPECT_THAT(Lease(10), SizeIs(10)) << "20:00:00";
}

TEST_F(FairLeasesTest, ALeaseThatExpiresAfterTheWindowWaitsForTheNextNight) {
  Queue(10, {});
  clock_.Advance(hours(8) - seconds(1));
  ASSERT_THAT(Lease(10), SizeIs(10));
  clock_.Advance(seconds(30));
  ASSERT_THAT(queue_.Reclaim(), IsOk());
  EXPECT_THAT(Lease(10), IsEmpty());
  clock_.Advance(hours(12));
  EXPECT_THAT(Lease(10), SizeIs(10));
}

TEST_F(FairLeasesTest, OtherClassesAndJobsToldToRunNowStartByDay) {
  clock_.Advance(hours(12));
  const ImportJob bulk = Queue(10, {});
  const ImportJob sync = Queue(10, {.work_class = WORK_CLASS_SYNC});
  ImportJob told = NewJob();
  told.run_now = true;
  ASSERT_THAT(jobs_.Create(told, {NewUuid(), "digest"}), IsOk());
  ASSERT_THAT(plans_.StoreCalls(StartListing(told), Calls({"a", "b"})), IsOk());
  const auto leased = Lease(100);
  EXPECT_EQ(CountOf(leased, bulk), 0);
  EXPECT_EQ(CountOf(leased, sync), 10);
  EXPECT_EQ(CountOf(leased, told), 2);
}

TEST_F(FairLeasesTest, ANightsBudgetIsSpentOnceAndUntriedCallsCostNothing) {
  Queue(100, {});
  Set("acme", {.bulk_calls_per_window = 30});
  const auto first = Lease(20);
  ASSERT_THAT(first, SizeIs(20));
  ASSERT_THAT(queue_.Release({first[0].lease, first[1].lease}), IsOk());
  EXPECT_THAT(Lease(100), SizeIs(12));
  clock_.Advance(hours(24));
  EXPECT_THAT(Lease(100), SizeIs(30));
}

TEST_F(FairLeasesTest, AWaitForQuotaHoldsTheAccountAndWakesItSpreadOut) {
  const ImportJob held = Queue(100, {.credential = "account"});
  const ImportJob urgent = Queue(5, {.work_class = WORK_CLASS_SYNC, .credential = "account"});
  QueueStore queue =
      Limited({.platforms = {}, .woken_starts_per_second = 4, .woken_for = seconds(5)});
  std::vector<LeasedCall> bulk;
  for (const LeasedCall& call : LeaseFrom(queue, 20)) {
    if (call.job_id == held.job_id) {
      bulk.push_back(call);
    } else {
      Complete({call});
    }
  }
  ASSERT_FALSE(bulk.empty());
  RunOutOfQuota(queue, bulk, seconds(40));
  EXPECT_EQ(CountOf(LeaseFrom(queue, 100), held), 0) << "those that were not tried wait as well";
  const ImportJob free = Queue(10, {.workspace = "other"});
  EXPECT_EQ(CountOf(LeaseFrom(queue, 100), free), 10);
  const ImportJob more = Queue(5, {.work_class = WORK_CLASS_SYNC, .credential = "account"});
  const auto meanwhile = LeaseFrom(queue, 100);
  EXPECT_EQ(CountOf(meanwhile, more), 5) << "what is more urgent has a reserve";
  Complete(meanwhile);

  clock_.Advance(seconds(40));
  std::vector<LeasedCall> woken = LeaseFrom(queue, 100);
  std::erase_if(woken, [&](const LeasedCall& call) { return call.job_id != held.job_id; });
  EXPECT_THAT(woken, SizeIs(4));
  for (const LeasedCall& call : woken) EXPECT_EQ(call.failures, 0);
  clock_.Advance(seconds(5));
  EXPECT_GT(CountOf(LeaseFrom(queue, 100), held), 50);
}

TEST_F(FairLeasesTest, BeingTooBusyToTranscribeHoldsNobodyElse) {
  const ImportJob job = Queue(100, {});
  const auto leased = Lease(1);
  ASSERT_THAT(
      queue_.ReportOutcomes(
          {{leased[0].lease, Failed{FailureClass::kQuota, "TRANSCRIBER_BUSY", "", seconds(40)}}}),
      IsOk());
  EXPECT_EQ(CountOf(Lease(100), job), 99);
}

TEST_F(FairLeasesTest, CallsThatWaitForALaterTryHoldNobodyUp) {
  const ImportJob job = Queue(20, {});
  std::vector<QueueStore::Report> reports;
  for (const LeasedCall& call : Lease(15)) {
    reports.push_back(Failure(call, FailureClass::kTransient));
  }
  ASSERT_THAT(queue_.ReportOutcomes(reports), IsOk());
  EXPECT_THAT(Lease(100), SizeIs(5));
  clock_.Advance(seconds(10));
  EXPECT_THAT(Lease(100), SizeIs(15));
}

TEST_F(FairLeasesTest, AJobWhoseCallsAllWaitTakesNothingFromOthers) {
  const ImportJob waiting = Queue(30, {.workspace = "waiting"});
  std::vector<QueueStore::Report> reports;
  for (const LeasedCall& call : Lease(30)) {
    reports.push_back(Failure(call, FailureClass::kTransient));
  }
  ASSERT_THAT(queue_.ReportOutcomes(reports), IsOk());
  Queue(50, {.workspace = "busy"});
  EXPECT_THAT(Lease(40), SizeIs(40));
}

TEST_F(FairLeasesTest, WhoeverHadNothingToDoForLongIsForgotten) {
  Queue(10, {});
  Complete(Lease(10));
  const auto rows = [&] {
    return *postgres::Transact(pool(), [](pqxx::work& tx) {
      return tx
          .exec1(
              "SELECT (SELECT count(*) FROM queue_times) + (SELECT count(*) FROM "
              "credential_starts)")[0]
          .as<int>();
    });
  };
  EXPECT_GT(rows(), 0);
  clock_.Advance(hours(49));
  ASSERT_THAT(queue_.ForgetIdle(), IsOk());
  EXPECT_EQ(rows(), 0);
}

}  // namespace
}  // namespace callimport::job_scheduler
