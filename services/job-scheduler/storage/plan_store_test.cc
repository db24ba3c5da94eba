#include "services/job-scheduler/storage/plan_store.h"

#include <gmock/gmock.h>

#include <thread>

#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasReason;
using testing::IsOk;

class PlanStoreTest : public StoreTest {};

TEST_F(PlanStoreTest, AJobIsLeasedToOnePlannerAtATime) {
  CreateJob();

  EXPECT_TRUE(plans_.Lease("one")->has_value());
  EXPECT_FALSE(plans_.Lease("two")->has_value());
}

TEST_F(PlanStoreTest, AJobWhosePlannerDiedIsTakenOver) {
  const ImportJob job = CreateJob();
  const PlanLease old = **plans_.Lease("one");
  clock_.Advance(seconds(16));

  const auto current = plans_.Lease("two");

  ASSERT_TRUE(current->has_value());
  EXPECT_EQ((*current)->job_id, job.job_id);
  EXPECT_THAT(plans_.Begin(old), HasReason("PLAN_LOST"));
  EXPECT_THAT(plans_.Begin(**current), IsOk());
}

TEST_F(PlanStoreTest, ARenewedJobStaysWithItsPlanner) {
  CreateJob();
  const PlanLease lease = **plans_.Lease("one");
  clock_.Advance(seconds(10));
  ASSERT_THAT(plans_.Renew({lease}), IsOk());
  clock_.Advance(seconds(10));

  EXPECT_FALSE(plans_.Lease("two")->has_value());
  EXPECT_THAT(plans_.Begin(lease), IsOk());
}

TEST_F(PlanStoreTest, CountingIsAStepOfItsOwn) {
  CreateJob();
  const PlanLease lease = **plans_.Lease("planner");

  EXPECT_EQ(plans_.Begin(lease)->state, common::v1::JOB_STATE_COUNTING);
  const auto counted = plans_.StoreCount(lease, {"gong", 40, common::v1::EXACTNESS_EXACT});

  ASSERT_THAT(counted, IsOk());
  EXPECT_EQ(counted->state, common::v1::JOB_STATE_IN_PROGRESS);
  EXPECT_EQ(counted->platform, "gong");
  EXPECT_EQ(counted->progress.total_calls(), 40);
}

TEST_F(PlanStoreTest, APageIsStoredWithItsCheckpoint) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job, 40);
  ListedCalls page = Calls({"a", "b"}, false);
  page.next.cursor_expires_at = clock_.Now() + minutes(10);

  const auto stored = plans_.StoreCalls(lease, page);

  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->progress.listed_calls(), 2);
  EXPECT_EQ(stored->progress.total_calls(), 40);
  EXPECT_FALSE(stored->progress.listing_done());
  const auto checkpoint = plans_.FindCheckpoint(job.job_id);
  EXPECT_EQ(checkpoint->cursor, "after b");
  EXPECT_EQ(checkpoint->cursor_expires_at, clock_.Now() + minutes(10));
}

TEST_F(PlanStoreTest, TheLastPageSettlesTheTotal) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job, 40);

  const auto stored = plans_.StoreCalls(lease, Calls({"a", "b"}));

  EXPECT_TRUE(stored->progress.listing_done());
  EXPECT_EQ(stored->progress.total_calls(), 2);
  EXPECT_FALSE(plans_.Lease("another")->has_value());
}

TEST_F(PlanStoreTest, TheTotalIsNeverBelowWhatWasListed) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job, 1);

  EXPECT_EQ(plans_.StoreCalls(lease, Calls({"a", "b"}, false))->progress.total_calls(), 2);
}

TEST_F(PlanStoreTest, AnEmptySourceEndsTheJob) {
  const ImportJob job = CreateJob();

  EXPECT_EQ(plans_.StoreCalls(StartListing(job), Calls({}))->state,
            common::v1::JOB_STATE_COMPLETED);
}

TEST_F(PlanStoreTest, APageStoredTwiceCountsOnce) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job);
  ASSERT_THAT(plans_.StoreCalls(lease, Calls({"a", "b"}, false)), IsOk());

  const auto again = plans_.StoreCalls(lease, Calls({"a", "b", "b", "c"}));

  EXPECT_EQ(again->progress.listed_calls(), 3);
  EXPECT_EQ(again->progress.duplicate_calls(), 0);
  EXPECT_EQ(Lease().size(), 3u);
}

TEST_F(PlanStoreTest, WhatAnotherJobImportsIsADuplicate) {
  ListJob({"done", "underway"});
  Complete(Lease(1));
  Lease(1);

  const ImportJob second = ListJob({"done", "underway", "new"});

  EXPECT_EQ(second.progress.listed_calls(), 3);
  EXPECT_EQ(second.progress.duplicate_calls(), 2);
  const auto calls = CallsOf(second);
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[0].relation, Relation::kDuplicate);
  EXPECT_EQ(calls[2].relation, Relation::kNew);
  EXPECT_EQ(Lease().size(), 1u);
}

TEST_F(PlanStoreTest, AnotherWorkspaceOrPlatformHasCallsOfItsOwn) {
  ListJob({"a"}, "acme");

  EXPECT_EQ(ListJob({"a"}, "globex").progress.duplicate_calls(), 0);
}

TEST_F(PlanStoreTest, WhatAnEarlierJobFailedToImportIsAdopted) {
  const ImportJob first = ListJob({"a"});
  Fail(Lease());

  const ImportJob second = ListJob({"a"});

  EXPECT_EQ(second.progress.listed_calls(), 1);
  EXPECT_EQ(second.progress.duplicate_calls(), 0);
  const auto leased = Lease();
  ASSERT_EQ(leased.size(), 1u);
  EXPECT_EQ(leased[0].job_id, second.job_id);
  EXPECT_EQ(leased[0].failures, 0);
  Complete(leased);
  EXPECT_EQ(Find(second).state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(CallsOf(second)[0].relation, Relation::kAdopted);
  EXPECT_EQ(Find(first).state, common::v1::JOB_STATE_FAILED) << "history stays";
  EXPECT_EQ(jobs_.RetryFailed("acme", first.job_id, {})->calls, 0);
}

TEST_F(PlanStoreTest, WhatACancelledJobSkippedIsAdopted) {
  const ImportJob first = ListJob({"a"});
  ASSERT_THAT(jobs_.Cancel("acme", first.job_id), IsOk());

  ListJob({"a"});

  EXPECT_EQ(Lease().size(), 1u);
}

TEST_F(PlanStoreTest, ADuplicateThatFailsLaterIsAdoptedWhenItIsListedAgain) {
  ListJob({"a"});
  const auto underway = Lease();
  const ImportJob second = CreateJob();
  const PlanLease lease = StartListing(second);
  ASSERT_EQ(plans_.StoreCalls(lease, Calls({"a"}, false))->progress.duplicate_calls(), 1);
  Fail(underway);

  const auto again = plans_.StoreCalls(lease, Calls({"a"}));

  EXPECT_EQ(again->progress.listed_calls(), 1);
  EXPECT_EQ(again->progress.duplicate_calls(), 0);
  EXPECT_EQ(OpenCalls(*again), 1);
}

TEST_F(PlanStoreTest, TwoJobsOverTheSameCallsCreateEachOnce) {
  std::vector<std::string> ids;
  for (int number = 0; number < 500; ++number) ids.push_back("call-" + std::to_string(number));
  const ImportJob first = CreateJob();
  const PlanLease first_lease = StartListing(first);
  const ImportJob second = CreateJob();
  const PlanLease second_lease = StartListing(second);

  std::thread other([&] { EXPECT_THAT(plans_.StoreCalls(first_lease, Calls(ids)), IsOk()); });
  std::vector<std::string> reversed(ids.rbegin(), ids.rend());
  EXPECT_THAT(plans_.StoreCalls(second_lease, Calls(reversed)), IsOk());
  other.join();

  EXPECT_EQ(Find(first).progress.duplicate_calls() + Find(second).progress.duplicate_calls(), 500);
  EXPECT_EQ(Lease(500).size(), 500u);
  EXPECT_TRUE(Lease(500).empty());
}

TEST_F(PlanStoreTest, UnreadableRecordsAreFailedCallsAndTheRestGoesOn) {
  const ImportJob job = CreateJob();
  ListedCalls page = Calls({"fine"});
  page.unreadable = {{"broken", "duration: not a number"}, {"", "not an object"}};

  const auto stored = plans_.StoreCalls(StartListing(job), page);

  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->progress.listed_calls(), 2);
  EXPECT_EQ(stored->progress.failed_calls(), 1);
  EXPECT_EQ(stored->progress.errors(), 1);
  EXPECT_EQ(stored->progress.warnings(), 1) << "no call can be made of it";
  EXPECT_EQ(Lease().size(), 1u);
  const auto failed = CallsOf(job, {common::v1::CALL_STATE_FAILED});
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].source_call_id, "broken");
  EXPECT_EQ(failed[0].error_reason, "UNREADABLE_RECORD");
  EXPECT_EQ(failed[0].error_message, "duration: not a number");
  const auto warnings = *jobs_.ListWarnings("acme", {.job_id = job.job_id, .limit = 10});
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].reason, "UNREADABLE_RECORD");
  EXPECT_EQ(warnings[0].message, "not an object");
}

TEST_F(PlanStoreTest, AnUnreadableRecordIsTakenOverByNoOtherJobUntilItCanBeRead) {
  const ImportJob first = CreateJob();
  ListedCalls broken;
  broken.unreadable = {{"broken", "duration: not a number"}};
  broken.last = true;
  ASSERT_THAT(plans_.StoreCalls(StartListing(first), broken), IsOk());
  const ImportJob second = CreateJob();
  ASSERT_THAT(plans_.StoreCalls(StartListing(second), broken), IsOk());
  EXPECT_TRUE(Lease().empty());

  const ImportJob third = ListJob({"broken"});

  const auto leased = Lease();
  ASSERT_EQ(leased.size(), 1u);
  EXPECT_EQ(leased[0].lease.call_id, CallsOf(third)[0].call_id);
  EXPECT_EQ(leased[0].record.title(), "Call broken");
}

TEST_F(PlanStoreTest, IdsThatAreLongerThanAnIndexHoldsAreKeptWhole) {
  const std::string one = std::string(3'000, 'x') + "1";
  const std::string other = std::string(3'000, 'x') + "2";
  const std::string broken = std::string(300, 'y');
  const ImportJob job = CreateJob();
  ListedCalls page = Calls({one, other});
  page.unreadable = {{broken, "duration: not a number"}};

  const auto stored = plans_.StoreCalls(StartListing(job), page);

  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->progress.listed_calls(), 3);
  EXPECT_EQ(stored->progress.warnings(), 0);
  EXPECT_EQ(CallsOf(job, {common::v1::CALL_STATE_FAILED}).at(0).source_call_id, broken);
  const auto leased = Lease();
  ASSERT_EQ(leased.size(), 2u);
  EXPECT_EQ(leased[0].record.source_call_id(), one);
  EXPECT_EQ(CallsOf(job, {common::v1::CALL_STATE_DOWNLOADING}).at(1).source_call_id, other);
  ASSERT_THAT(queue_.ReportOutcomes({{leased[0].lease, Completed{"e1", 1, {{"TEST", "odd"}}}},
                                     Completion(leased[1])}),
              IsOk());
  EXPECT_EQ(jobs_.ListWarnings("acme", {.job_id = job.job_id, .limit = 10})->at(0).source_call_id,
            one);
  EXPECT_EQ(ListJob({one, other, one + "3"}).progress.duplicate_calls(), 2);
}

TEST_F(PlanStoreTest, TitlesWithAnyByteAreKept) {
  const ImportJob job = CreateJob();
  ListedCalls page = Calls({"a"});
  page.records[0].set_title(std::string("say \"{hi}\", \\ \0 there", 21));

  ASSERT_THAT(plans_.StoreCalls(StartListing(job), page), IsOk());

  EXPECT_EQ(CallsOf(job)[0].title, "say \"{hi}\", \\  there");
  EXPECT_EQ(Lease()[0].record.title(), page.records[0].title());
}

TEST_F(PlanStoreTest, ACancelledJobTakesNoMorePages) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job);
  ASSERT_THAT(jobs_.Cancel("acme", job.job_id), IsOk());

  EXPECT_THAT(plans_.StoreCalls(lease, Calls({"a"})), HasReason("JOB_ENDED"));
  EXPECT_TRUE(Lease().empty());
}

TEST_F(PlanStoreTest, APostponedJobWaitsAndSaysWhy) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job);

  ASSERT_THAT(plans_.Postpone(lease, clock_.Now() + minutes(2), 3, "the vendor is down"), IsOk());

  EXPECT_EQ(StatusOf(Find(job)).last_error(), "the vendor is down");
  EXPECT_FALSE(plans_.Lease("planner")->has_value());
  clock_.Advance(minutes(2));
  const auto again = plans_.Lease("planner");
  ASSERT_TRUE(again->has_value());
  EXPECT_EQ(*plans_.CountFailures(**again), 3);
  EXPECT_TRUE(StatusOf(*plans_.StoreCalls(**again, Calls({"a"}))).last_error().empty());
}

TEST_F(PlanStoreTest, ARefusedSourceEndsTheJobAfterTheCallsItHas) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job);
  ASSERT_THAT(plans_.StoreCalls(lease, Calls({"a"}, false)), IsOk());

  EXPECT_EQ(plans_.Refuse(lease, "INVALID_KEY: no")->state, common::v1::JOB_STATE_IN_PROGRESS);
  Complete(Lease());

  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_FAILED);
  EXPECT_EQ(StatusOf(Find(job)).last_error(), "INVALID_KEY: no");
}

TEST_F(PlanStoreTest, AJobHandedBackIsTakenUpAtOnce) {
  CreateJob();
  const PlanLease lease = **plans_.Lease("one");

  ASSERT_THAT(plans_.HandBack(lease), IsOk());

  EXPECT_TRUE(plans_.Lease("two")->has_value());
}

}  // namespace
}  // namespace callimport::job_scheduler
