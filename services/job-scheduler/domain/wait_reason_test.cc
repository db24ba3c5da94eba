#include "services/job-scheduler/domain/wait_reason.h"

#include <gmock/gmock.h>

#include "libs/common/proto_time.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::Wait;
using std::chrono::hours;
using std::chrono::minutes;

const Timestamp kNoon{std::chrono::seconds(1'767'225'600) + hours(12)};  // 2026-01-01 12:00 UTC
const Timestamp kMidnight = kNoon + hours(12);

class WaitReasonTest : public ::testing::Test {
 protected:
  WaitReasonTest() {
    job_.state = common::v1::JOB_STATE_IN_PROGRESS;
    job_.progress.set_listing_done(true);
    job_.progress.set_listed_calls(100);
    facts_.queue.due = 100;
  }

  std::vector<Wait::Reason> Reasons(Timestamp now = kMidnight) {
    std::vector<Wait::Reason> reasons;
    for (const Wait& wait : WaitsOf(job_, facts_, now)) reasons.push_back(wait.reason());
    return reasons;
  }
  Wait First(Timestamp now = kMidnight) { return WaitsOf(job_, facts_, now).at(0); }

  ImportJob job_;
  WaitFacts facts_;
};

TEST_F(WaitReasonTest, AJobThatGoesOnWaitsForNothing) {
  facts_.queue.in_work = 5;

  EXPECT_TRUE(Reasons().empty());
}

TEST_F(WaitReasonTest, ByDayABulkJobWaitsForItsWindow) {
  facts_.workspace.time_zone = "Europe/Berlin";

  const Wait wait = First(kNoon);

  EXPECT_EQ(wait.reason(), Wait::REASON_WINDOW);
  EXPECT_EQ(FromProto(wait.until_time()), kNoon + hours(7));  // 20:00 in Berlin
  EXPECT_EQ(wait.calls(), 100);
  EXPECT_THAT(wait.text(), ::testing::HasSubstr("20:00 on 2026-01-01 (Europe/Berlin)"));
  EXPECT_THAT(Reasons(kNoon), ::testing::SizeIs(1));
}

TEST_F(WaitReasonTest, NeitherASyncNorAJobToldToRunNowWaitsForTheWindow) {
  facts_.queue.in_work = 1;
  job_.run_now = true;
  EXPECT_TRUE(Reasons(kNoon).empty());

  job_.run_now = false;
  job_.work_class = common::v1::WORK_CLASS_SYNC;
  EXPECT_TRUE(Reasons(kNoon).empty());
}

TEST_F(WaitReasonTest, ANightsShareThatIsUsedUpIsAQuotaUntilTheNextWindow) {
  facts_.queue.started_in_window = 5'000;

  EXPECT_EQ(First().reason(), Wait::REASON_QUOTA);
  EXPECT_EQ(FromProto(First().until_time()), kMidnight + hours(20));
  EXPECT_THAT(Reasons(), ::testing::SizeIs(1));
}

TEST_F(WaitReasonTest, APausedJobWaitsForSomebodyAndForNothingElse) {
  job_.state = common::v1::JOB_STATE_PAUSED;
  facts_.queue.retry = {3, kNoon + hours(1)};
  facts_.queue.in_work = 2;

  EXPECT_THAT(Reasons(kNoon), ::testing::ElementsAre(Wait::REASON_PAUSED));
  EXPECT_FALSE(First(kNoon).has_until_time());
  EXPECT_EQ(ShownWaits(job_, facts_, kNoon).size(), 1u);
}

TEST_F(WaitReasonTest, AJobThatEndedWaitsForNothing) {
  job_.state = common::v1::JOB_STATE_PARTIAL;

  EXPECT_TRUE(Reasons(kNoon).empty());
}

TEST_F(WaitReasonTest, ASourceThatFailsIsProbedAtATime) {
  facts_.source.breaker = {kMidnight + minutes(2), "5 answers with status 503"};

  EXPECT_EQ(First().reason(), Wait::REASON_BREAKER);
  EXPECT_EQ(FromProto(First().until_time()), kMidnight + minutes(2));
  EXPECT_THAT(First().text(), ::testing::HasSubstr("503"));

  facts_.queue.parked_until = kMidnight + minutes(2);  // calls that met it
  EXPECT_THAT(Reasons(), ::testing::ElementsAre(Wait::REASON_BREAKER));
}

TEST_F(WaitReasonTest, TheVendorsQuotaHoldsWhatIsDueWhoeverHasHeardOfIt) {
  facts_.queue.parked_until = kMidnight + minutes(5);
  EXPECT_EQ(First().reason(), Wait::REASON_QUOTA);
  EXPECT_EQ(First().calls(), 100);
  EXPECT_EQ(FromProto(First().until_time()), kMidnight + minutes(5));

  facts_.source.blocked_until = kMidnight + hours(8);
  facts_.queue.quota = {20, kMidnight + minutes(1)};
  EXPECT_EQ(FromProto(First().until_time()), kMidnight + hours(8));
  EXPECT_EQ(First().calls(), 120);
  EXPECT_THAT(Reasons(), ::testing::SizeIs(1));
}

TEST_F(WaitReasonTest, WhatFailedIsTriedAgainAtATimeAndTheOthersWaitForTheirTurn) {
  facts_.queue.retry = {1, kMidnight + minutes(30)};
  facts_.queue.others_in_work = 50;

  EXPECT_THAT(Reasons(), ::testing::ElementsAre(Wait::REASON_RETRY, Wait::REASON_FAIRNESS));
  EXPECT_EQ(First().calls(), 1);
}

TEST_F(WaitReasonTest, AListingThatStandsStillSaysWhy) {
  job_.progress.set_listing_done(false);
  job_.listing_error = "503 from the source";
  facts_.queue = {};
  facts_.queue.listing_until = kMidnight + minutes(1);
  EXPECT_THAT(Reasons(), ::testing::ElementsAre(Wait::REASON_QUOTA));

  facts_.queue.listing_failed = true;
  EXPECT_THAT(Reasons(), ::testing::ElementsAre(Wait::REASON_RETRY));
  EXPECT_THAT(First().text(), ::testing::HasSubstr("503 from the source"));
}

TEST_F(WaitReasonTest, ARefusedCredentialWaitsForSomebody) {
  job_.listing_refused = true;
  job_.listing_error = "the key was revoked";

  EXPECT_EQ(First().reason(), Wait::REASON_CREDENTIAL);
  EXPECT_FALSE(First().has_until_time());
}

TEST_F(WaitReasonTest, AListingThatWasGivenUpWaitsForSomebody) {
  job_.listing_refused = true;
  job_.listing_error = std::string(kListingGivenUp) + ": the source was down for days";

  EXPECT_THAT(Reasons(), ::testing::Contains(Wait::REASON_RETRY));
  EXPECT_THAT(Reasons(), ::testing::Not(::testing::Contains(Wait::REASON_CREDENTIAL)));
}

TEST_F(WaitReasonTest, AFullWorkspaceMakesItsNewestJobsWait) {
  facts_.queue.job_limit = "The workspace has 2 jobs running, as many as it may.";

  EXPECT_THAT(Reasons(), ::testing::ElementsAre(Wait::REASON_JOB_LIMIT));
}

TEST_F(WaitReasonTest, ARefusedKeyIsNamedWithTheTimeOfItsNextTry) {
  facts_.queue.refusal = CredentialRefusal{.refused_at = kMidnight,
                                           .tries = 1,
                                           .try_after = kMidnight + minutes(1),
                                           .reason = "INVALID_KEY",
                                           .message = "wrong key"};
  facts_.queue.parked_until = kMidnight + minutes(1);

  EXPECT_THAT(Reasons(), ::testing::ElementsAre(Wait::REASON_CREDENTIAL));
  EXPECT_EQ(FromProto(First().until_time()), kMidnight + minutes(1));
}

TEST_F(WaitReasonTest, AMassImportHoldsTheOtherJobsOfItsWorkspace) {
  facts_.workspace.maintenance = Maintenance{kNoon, kMidnight + hours(3), "moving OpenPhone"};
  EXPECT_THAT(Reasons(), ::testing::ElementsAre(Wait::REASON_FAIRNESS));

  facts_.queue.maintenance = true;
  EXPECT_EQ(First().reason(), Wait::REASON_MAINTENANCE);
  EXPECT_EQ(FromProto(First().until_time()), kMidnight + hours(3));
}

TEST_F(WaitReasonTest, IsShownOnlyWhileNothingOfTheJobIsInWork) {
  facts_.queue.retry = {1, kMidnight + minutes(30)};
  facts_.queue.in_work = 1;

  EXPECT_THAT(Reasons(), ::testing::ElementsAre(Wait::REASON_RETRY));
  EXPECT_TRUE(ShownWaits(job_, facts_, kMidnight).empty());
}

}  // namespace
}  // namespace callimport::job_scheduler
