#include "services/job-scheduler/storage/allowance.h"

#include <atomic>
#include <thread>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/quotes_table.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr int32_t kCents = 20;

class AllowanceTest : public StoreTest {
 protected:
  absl::StatusOr<QueueStore::RegisteredUpload> Upload(const std::string& content,
                                                      bool allow_duplicate = false) {
    return queue_.RegisterUpload({.workspace_id = "acme",
                                  .content_sha256 = content,
                                  .title = "talk.mp3",
                                  .worker = "worker",
                                  .allow_duplicate = allow_duplicate,
                                  .actor = {},
                                  .correlation_id = "correlation"});
  }

  FreeCalls Month() {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) {
      return FindFreeCalls(tx, "acme", WorkspaceSettings(), clock_.Now());
    });
  }

  // Of a job that NewJob made, as a preview would have told it.
  Quote QuoteFor(const ImportJob& job, int64_t calls, int64_t free_calls,
                 std::optional<int32_t> cents = kCents) {
    Quote quote;
    quote.quote_id = NewUuid();
    quote.workspace_id = job.workspace_id;
    quote.credential_id = job.credential_id;
    quote.platform = "gong";
    quote.window = job.window;
    quote.calls = calls;
    quote.exactness = common::v1::EXACTNESS_EXACT;
    quote.cost_per_call_cents = cents;
    quote.price = {.free_calls = free_calls, .billable_calls = calls - free_calls};
    quote.finish_earliest = clock_.Now() + std::chrono::hours(1);
    quote.finish_latest = clock_.Now() + std::chrono::hours(2);
    quote.expires_at = clock_.Now() + std::chrono::hours(1);
    const absl::Status kept =
        postgres::Transact(pool(), [&](pqxx::work& tx) { InsertQuote(tx, quote); });
    EXPECT_TRUE(kept.ok()) << kept;
    return quote;
  }

  absl::StatusOr<ImportJob> CreateUnder(const Quote& quote, ImportJob job) {
    job.quote_id = quote.quote_id;
    return jobs_.Create(job, {NewUuid(), "digest"});
  }

  // Lists that many calls of the only job that waits.
  void ListCalls(const ImportJob& job, int calls) {
    const PlanLease lease = StartListing(job, calls);
    std::vector<std::string> ids;
    for (int call = 0; call < calls; ++call) ids.push_back(job.job_id + std::to_string(call));
    ASSERT_TRUE(plans_.StoreCalls(lease, Calls(ids)).ok());
  }
};

TEST_F(AllowanceTest, TwentyUploadsAtOnceInAFreshMonthAdmitTen) {
  std::atomic<int> admitted = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int upload = 0; upload < 20; ++upload) {
      threads.emplace_back([&, upload] {
        const auto registered = Upload("content " + std::to_string(upload));
        if (registered.ok()) ++admitted;
        if (ReasonOf(registered.status()) == "ALLOWANCE_USED_UP") ++refused;
      });
    }
  }

  EXPECT_EQ(admitted, 10);
  EXPECT_EQ(refused, 10);
  EXPECT_EQ(Month().left, 0);
  EXPECT_EQ(Month().usage.free_calls, 10);
}

TEST_F(AllowanceTest, AnUploadThatFailedGivesItsCallBackAndOneThatIsThereCostsNone) {
  const auto first = Upload("one");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Month().usage.free_calls, 1);

  EXPECT_FALSE(Upload("one")->leased);
  EXPECT_EQ(Month().usage.free_calls, 1);

  Fail({*first->leased});
  EXPECT_EQ(Month().usage.free_calls, 0);

  const auto again = Upload("one");
  ASSERT_TRUE(again->leased);
  Complete({*again->leased});
  EXPECT_EQ(Month().usage.free_calls, 1);
  EXPECT_FALSE(Upload("one")->leased);
  EXPECT_EQ(Month().usage.free_calls, 1);
}

TEST_F(AllowanceTest, TheSameContentBecomesAnotherCallWhenThatIsWanted) {
  const auto first = Upload("one");
  const auto same = Upload("one");
  const auto copy = Upload("one", true);
  const auto another = Upload("one", true);

  EXPECT_EQ(same->call_id, first->call_id);
  ASSERT_TRUE(copy->leased);
  EXPECT_EQ(copy->leased->record.source_call_id(), "one#2");
  EXPECT_EQ(another->leased->record.source_call_id(), "one#3");
  EXPECT_NE(copy->job_id, first->job_id);
  EXPECT_EQ(Month().usage.free_calls, 3);
}

TEST_F(AllowanceTest, AMonthIsThatOfTheWorkspace) {
  ASSERT_TRUE(postgres::Transact(pool(), [](pqxx::work& tx) {
                return SaveWorkspace(tx, "acme",
                                     {.time_zone = "Pacific/Auckland", .free_calls_per_month = 1});
              }).ok());
  ASSERT_TRUE(Upload("one").ok());
  EXPECT_EQ(ReasonOf(Upload("two").status()), "ALLOWANCE_USED_UP");

  clock_.Advance(std::chrono::hours(24 * 31 - 13));  // midnight of the first in Auckland

  EXPECT_TRUE(Upload("two").ok());
  EXPECT_EQ(Month().usage.free_calls, 1);
}

TEST_F(AllowanceTest, AJobUnderAQuoteTakesItsFreeCallsAtOnceAndBillsTheOthersAsTheyAreImported) {
  const ImportJob wanted = NewJob();
  const auto job = CreateUnder(QuoteFor(wanted, 12, 10), wanted);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->progress.total_calls(), 12);
  EXPECT_TRUE(job->finish_latest);
  EXPECT_EQ(Find(*job).quote_id, job->quote_id);
  EXPECT_EQ(Month().left, 0);

  ListCalls(*job, 12);
  auto calls = Lease();
  Fail({calls.back()});
  calls.pop_back();
  Complete(calls);

  EXPECT_EQ(Find(*job).progress.billed_calls(), 11);
  EXPECT_EQ(Month().usage.free_calls, 10);
  EXPECT_EQ(Month().usage.billed_calls, 1);
  EXPECT_EQ(Month().usage.billed_cents, kCents);

  ASSERT_TRUE(jobs_.RetryFailed("acme", job->job_id, {}).ok());
  Complete(Lease());
  EXPECT_EQ(Month().usage.billed_calls, 2);
  EXPECT_EQ(Month().usage.billed_cents, 2 * kCents);
}

TEST_F(AllowanceTest, WhatAnEndedJobDidNotUseIsFreeForOthers) {
  const ImportJob wanted = NewJob();
  const ImportJob job = *CreateUnder(QuoteFor(wanted, 12, 10), wanted);
  ListCalls(job, 12);
  const auto calls = Lease();
  Complete({calls[0], calls[1]});
  Fail({calls.begin() + 2, calls.end()});

  EXPECT_EQ(Month().usage.free_calls, 2);
  EXPECT_EQ(Month().usage.billed_calls, 0);
  EXPECT_EQ(Month().left, 8);
}

TEST_F(AllowanceTest, CancellingGivesBackWhatWasNotImported) {
  const ImportJob wanted = NewJob();
  const ImportJob job = *CreateUnder(QuoteFor(wanted, 8, 8), wanted);
  EXPECT_EQ(Month().left, 2);

  ASSERT_TRUE(jobs_.Cancel("acme", job.job_id).ok());

  EXPECT_EQ(Month().left, 10);
}

TEST_F(AllowanceTest, AQuoteIsUsedOnceAndOnlyForWhatWasQuotedAndInTime) {
  const ImportJob wanted = NewJob();
  const Quote quote = QuoteFor(wanted, 5, 5);
  ImportJob other = NewJob();
  ASSERT_EQ(ReasonOf(CreateUnder(quote, other).status()), "QUOTE_MISMATCH");
  ImportJob foreign = wanted;
  foreign.workspace_id = "globex";
  ASSERT_EQ(ReasonOf(CreateUnder(quote, foreign).status()), "QUOTE_NOT_FOUND");
  ASSERT_TRUE(CreateUnder(quote, wanted).ok());

  ImportJob again = wanted;
  again.job_id = NewUuid();
  EXPECT_EQ(ReasonOf(CreateUnder(quote, again).status()), "QUOTE_USED");
  const Quote late = QuoteFor(again, 5, 5);
  again.created_at = late.expires_at;
  EXPECT_EQ(ReasonOf(CreateUnder(late, again).status()), "QUOTE_EXPIRED");
}

TEST_F(AllowanceTest, RepeatingTheRequestReturnsTheJobOfTheQuote) {
  ImportJob wanted = NewJob();
  wanted.quote_id = QuoteFor(wanted, 5, 5).quote_id;
  const JobRequest request{NewUuid(), "digest"};
  const ImportJob first = *jobs_.Create(wanted, request);
  wanted.job_id = NewUuid();

  const auto again = jobs_.Create(wanted, request);

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->job_id, first.job_id);
  EXPECT_EQ(Month().usage.free_calls, 5);
}

TEST_F(AllowanceTest, AQuoteWhoseFreeCallsAreUsedMeanwhileDoesNotBecomeDearer) {
  const ImportJob wanted = NewJob();
  const Quote quote = QuoteFor(wanted, 12, 10);
  ASSERT_TRUE(Upload("one").ok());

  EXPECT_EQ(ReasonOf(CreateUnder(quote, wanted).status()), "QUOTE_EXPIRED");
  EXPECT_EQ(Month().usage.free_calls, 1);
}

TEST_F(AllowanceTest, WithoutAQuoteWhatIsFreeIsImportedAndWhatHasAPriceIsNot) {
  const ImportJob small = CreateJob();
  const PlanLease lease = **plans_.Lease("planner");
  ASSERT_TRUE(plans_.Begin(lease).ok());
  ASSERT_TRUE(plans_.StoreCount(lease, {"gong", 4, common::v1::EXACTNESS_EXACT, kCents}).ok());
  EXPECT_EQ(Month().left, 6);
  ASSERT_TRUE(plans_.StoreCalls(lease, Calls({"1", "2"})).ok());
  Complete(Lease());
  EXPECT_EQ(Find(small).state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(Month().left, 8);

  CreateJob();
  const PlanLease large = **plans_.Lease("planner");
  ASSERT_TRUE(plans_.Begin(large).ok());
  EXPECT_EQ(
      ReasonOf(plans_.StoreCount(large, {"gong", 9, common::v1::EXACTNESS_EXACT, kCents}).status()),
      "QUOTE_REQUIRED");
  EXPECT_EQ(Month().left, 8);
}

TEST_F(AllowanceTest, WithoutAQuoteASourceThatHasMoreThanItCountedIsListedUpToWhatIsFree) {
  const ImportJob job = CreateJob();
  const PlanLease lease = **plans_.Lease("planner");
  ASSERT_TRUE(plans_.Begin(lease).ok());
  ASSERT_TRUE(
      plans_.StoreCount(lease, {"gong", 2, common::v1::EXACTNESS_LOWER_BOUND, kCents}).ok());

  ASSERT_TRUE(plans_.StoreCalls(lease, Calls({"1", "2", "3"}, false)).ok());
  EXPECT_EQ(Month().left, 7);
  std::vector<std::string> many;
  for (int call = 4; call < 20; ++call) many.push_back(std::to_string(call));
  EXPECT_EQ(ReasonOf(plans_.StoreCalls(lease, Calls(many)).status()), "QUOTE_REQUIRED");

  EXPECT_EQ(Find(job).progress.listed_calls(), 3);
}

TEST_F(AllowanceTest, CallsOfAPlatformWithoutAPriceAreIncludedAndTakeNothing) {
  const ImportJob job = ListJob({"1", "2", "3"});

  Complete(Lease());

  EXPECT_EQ(Find(job).progress.billed_calls(), 0);
  EXPECT_EQ(Month().left, 10);
}

TEST_F(AllowanceTest, ACallThatComesBackFromACancelledJobIsPaidForOnce) {
  const auto list_under_quote = [&] {
    const ImportJob job = NewJob();
    const auto created = CreateUnder(QuoteFor(job, 1, 1), job);
    EXPECT_TRUE(created.ok());
    EXPECT_TRUE(plans_.StoreCalls(StartListing(job, 1), Calls({"a"})).ok());
    return job;
  };
  const ImportJob first = list_under_quote();
  Fail(Lease());
  const ImportJob second = list_under_quote();
  ASSERT_EQ(Month().usage.free_calls, 1) << "what failed costs nothing";
  ASSERT_TRUE(jobs_.Cancel("acme", second.job_id).ok());
  EXPECT_EQ(Month().usage.free_calls, 0);

  ASSERT_EQ(jobs_.RetryFailed("acme", first.job_id, FailedCalls())->calls, 1);
  EXPECT_EQ(Month().usage.free_calls, 1);
  Complete(Lease());

  EXPECT_EQ(Month().usage.free_calls, 1);
  EXPECT_EQ(Find(first).progress.billed_calls(), 1);
  EXPECT_EQ(Find(second).progress.billed_calls(), 0);
}

}  // namespace
}  // namespace callimport::job_scheduler
