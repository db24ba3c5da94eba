#include "services/job-scheduler/domain/call_outcome.h"

#include <gtest/gtest.h>

#include <set>

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kNow{seconds(1'767'225'600)};

class CallOutcomeTest : public ::testing::Test {
 protected:
  Verdict Decide(const Outcome& outcome, bool cancelling = false) {
    return Judge(call_, outcome, cancelling, schedule_, kNow, random_);
  }
  Verdict Fail(FailureClass failure_class, milliseconds retry_after = milliseconds(0),
               bool cancelling = false) {
    return Decide(Failed{failure_class, "SOME_REASON", "some text", retry_after}, cancelling);
  }

  CallInWork call_{.call_id = "call", .job_id = "job"};
  RetrySchedule schedule_;
  std::minstd_rand random_{1};
};

TEST_F(CallOutcomeTest, CompletedCallCountsOnceForEverythingItHas) {
  const Verdict verdict = Decide(Completed{"engagement", 65'536});

  EXPECT_EQ(verdict.state, common::v1::CALL_STATE_COMPLETED);
  EXPECT_FALSE(verdict.available_at);
  EXPECT_EQ(verdict.tally.completed, 1);
  EXPECT_EQ(verdict.tally.media_stored, 1);
  EXPECT_EQ(verdict.tally.transcripts_ready, 1);
  EXPECT_EQ(verdict.tally.media_bytes, 65'536);
}

TEST_F(CallOutcomeTest, WhatWasCountedInAStageIsNotCountedAgain) {
  call_.media_stored = true;
  call_.transcript_ready = true;

  const Verdict verdict = Decide(Completed{"engagement", 1});

  EXPECT_EQ(verdict.tally.media_stored, 0);
  EXPECT_EQ(verdict.tally.transcripts_ready, 0);
}

TEST_F(CallOutcomeTest, ACallWithoutRecordingTakesBackWhatItsStagesSeemedToSay) {
  call_.media_stored = true;

  EXPECT_EQ(Decide(Completed{"engagement", 0}).tally.media_stored, -1);
}

TEST_F(CallOutcomeTest, TransientFailuresAreTriedAgainSoonThenRarelyThenNot) {
  const std::vector<milliseconds> written = {seconds(5), seconds(10), minutes(5), minutes(30),
                                             hours(2),   hours(6),    hours(24)};
  for (const milliseconds pause : written) {
    const Verdict verdict = Fail(FailureClass::kTransient);
    ASSERT_EQ(verdict.state, common::v1::CALL_STATE_PENDING) << pause.count();
    EXPECT_LE(*verdict.available_at, kNow + pause * 5 / 4);
    EXPECT_GE(*verdict.available_at, kNow + pause * 3 / 4);
    EXPECT_EQ(verdict.tally.errors, 1);
    EXPECT_EQ(verdict.tally.failed, 0);
    call_.failures = verdict.failures;
  }
  const Verdict last = Fail(FailureClass::kTransient);
  EXPECT_EQ(last.state, common::v1::CALL_STATE_FAILED);
  EXPECT_EQ(last.failures, 8);
  EXPECT_EQ(last.tally.failed, 1);
  EXPECT_FALSE(last.available_at);
}

TEST_F(CallOutcomeTest, CallsThatFailedTogetherDoNotComeBackTogether) {
  call_.failures = 3;
  std::set<Timestamp> times;
  for (int call = 0; call < 100; ++call) {
    times.insert(*Fail(FailureClass::kTransient).available_at);
  }
  EXPECT_GT(times.size(), 90u);
  EXPECT_GT(*times.rbegin() - *times.begin(), minutes(10));  // of half an hour, give or take 25 %
}

TEST_F(CallOutcomeTest, TheVendorsWishPutsARetryOff) {
  EXPECT_EQ(Fail(FailureClass::kTransient, minutes(3)).available_at, kNow + minutes(3));
  EXPECT_EQ(Fail(FailureClass::kTransient, hours(1'000)).available_at, kNow + hours(24));
}

TEST_F(CallOutcomeTest, WaitingForQuotaIsNoFailure) {
  call_.failures = 2;

  const Verdict verdict = Fail(FailureClass::kQuota, minutes(7));

  EXPECT_EQ(verdict.state, common::v1::CALL_STATE_PENDING);
  EXPECT_EQ(verdict.available_at, kNow + minutes(7));
  EXPECT_EQ(verdict.failures, 2);
  EXPECT_EQ(verdict.tally.errors, 0);
  EXPECT_TRUE(verdict.tally.last_error.empty());
}

TEST_F(CallOutcomeTest, QuotaWithoutATimeWaitsAMinute) {
  EXPECT_EQ(Fail(FailureClass::kQuota).available_at, kNow + minutes(1));
}

TEST_F(CallOutcomeTest, ARefusedCredentialAndABrokenRecordingFailAtOnce) {
  for (const auto failure_class : {FailureClass::kAuth, FailureClass::kPermanent}) {
    const Verdict verdict = Fail(failure_class);
    EXPECT_EQ(verdict.state, common::v1::CALL_STATE_FAILED);
    EXPECT_EQ(verdict.error_reason, "SOME_REASON");
    EXPECT_EQ(verdict.tally.last_error, "some text");
  }
}

TEST_F(CallOutcomeTest, NothingIsTriedAgainForACancelledJob) {
  const Verdict verdict = Fail(FailureClass::kTransient, {}, true);

  EXPECT_EQ(verdict.state, common::v1::CALL_STATE_SKIPPED);
  EXPECT_EQ(verdict.tally.skipped, 1);
  EXPECT_EQ(verdict.tally.failed, 0);
}

TEST_F(CallOutcomeTest, WhatWasCompletedForACancelledJobIsTrueAllTheSame) {
  EXPECT_EQ(Decide(Completed{"engagement", 1}, true).state, common::v1::CALL_STATE_COMPLETED);
}

}  // namespace
}  // namespace callimport::job_scheduler
