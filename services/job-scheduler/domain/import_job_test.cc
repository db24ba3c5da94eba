#include "services/job-scheduler/domain/import_job.h"

#include <gtest/gtest.h>

namespace callimport::job_scheduler {
namespace {

const Timestamp kNow{std::chrono::seconds(1'767'225'600)};

ImportJob JobInProgress(int64_t listed, bool listing_done) {
  ImportJob job;
  job.state = common::v1::JOB_STATE_IN_PROGRESS;
  job.progress.set_listed_calls(listed);
  job.progress.set_listing_done(listing_done);
  return job;
}

TEST(ImportJobTest, IsNotOverWhileACallIsOpen) {
  ImportJob job = JobInProgress(3, true);
  Add(job, {.completed = 2});

  EXPECT_FALSE(Settle(job, kNow));
  EXPECT_EQ(OpenCalls(job), 1);
}

TEST(ImportJobTest, IsNotOverWhileListingGoesOn) {
  ImportJob job = JobInProgress(2, false);
  Add(job, {.completed = 2});

  EXPECT_FALSE(Settle(job, kNow));
  EXPECT_EQ(job.state, common::v1::JOB_STATE_IN_PROGRESS);
}

TEST(ImportJobTest, IsCompletedWhenNothingFailed) {
  ImportJob job = JobInProgress(2, true);
  job.progress.set_duplicate_calls(1);
  Add(job, {.completed = 1});

  EXPECT_TRUE(Settle(job, kNow));
  EXPECT_EQ(job.state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(job.finished_at, kNow);
}

TEST(ImportJobTest, IsPartialWhenSomeFailed) {
  ImportJob job = JobInProgress(2, true);
  Add(job, {.completed = 1, .failed = 1});

  EXPECT_TRUE(Settle(job, kNow));
  EXPECT_EQ(job.state, common::v1::JOB_STATE_PARTIAL);
}

TEST(ImportJobTest, IsFailedWhenNothingWasImported) {
  ImportJob job = JobInProgress(2, true);
  Add(job, {.failed = 2});

  EXPECT_TRUE(Settle(job, kNow));
  EXPECT_EQ(job.state, common::v1::JOB_STATE_FAILED);
}

TEST(ImportJobTest, AnEmptySourceIsCompletedAtOnce) {
  ImportJob job = JobInProgress(0, true);

  EXPECT_TRUE(Settle(job, kNow));
  EXPECT_EQ(job.state, common::v1::JOB_STATE_COMPLETED);
}

TEST(ImportJobTest, ARefusedListingEndsItOnceItsCallsHaveEnded) {
  ImportJob job = JobInProgress(1, false);
  job.listing_refused = true;

  EXPECT_FALSE(Settle(job, kNow));
  Add(job, {.completed = 1});
  EXPECT_TRUE(Settle(job, kNow));
  EXPECT_EQ(job.state, common::v1::JOB_STATE_FAILED);
}

TEST(ImportJobTest, StartIsKeptOnceAndTheEndOnlyWhileItLasts) {
  ImportJob job;
  const Timestamp later = kNow + std::chrono::hours(1);

  EXPECT_TRUE(Apply(job, JobEvent::kCountingStarted, kNow));
  EXPECT_TRUE(Apply(job, JobEvent::kSourceRefused, later));
  EXPECT_EQ(job.started_at, kNow);
  EXPECT_EQ(job.finished_at, later);

  EXPECT_TRUE(Apply(job, JobEvent::kListingRetried, later));
  EXPECT_EQ(job.started_at, kNow);
  EXPECT_FALSE(job.finished_at);
}

TEST(ImportJobTest, AnEventThatCannotHappenChangesNothing) {
  ImportJob job = JobInProgress(0, true);
  job.state = common::v1::JOB_STATE_COMPLETED;

  EXPECT_FALSE(Apply(job, JobEvent::kCancelRequested, kNow));
  EXPECT_EQ(job.state, common::v1::JOB_STATE_COMPLETED);
}

TEST(ImportJobTest, StatusAddsUpWhatWasProcessed) {
  ImportJob job = JobInProgress(10, false);
  job.progress.set_duplicate_calls(1);
  Add(job, {.completed = 2, .failed = 3, .skipped = 1, .errors = 4, .last_error = "broken"});

  const auto status = StatusOf(job);

  EXPECT_EQ(status.progress().processed_calls(), 7);
  EXPECT_EQ(status.progress().errors(), 4);
  EXPECT_EQ(status.last_error(), "broken");
  EXPECT_FALSE(status.progress().has_total_calls());
}

TEST(ImportJobTest, ThatListingStandsStillIsShownBeforeErrorsOfCalls) {
  ImportJob job = JobInProgress(1, false);
  job.last_error = "one call failed";
  job.listing_error = "the vendor is down";

  EXPECT_EQ(StatusOf(job).last_error(), "the vendor is down");
}

}  // namespace
}  // namespace callimport::job_scheduler
