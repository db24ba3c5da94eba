#include "services/status-tracker/domain/import_status.h"

#include <gtest/gtest.h>

#include "libs/common/proto_time.h"

namespace callimport::status_tracker {
namespace {

using namespace std::chrono_literals;

const Timestamp kNoon{std::chrono::seconds(1'767'268'800)};

common::v1::Progress ProgressOf(int64_t processed, int64_t total) {
  common::v1::Progress progress;
  progress.set_processed_calls(processed);
  progress.set_total_calls(total);
  return progress;
}

ImportStatus Running(int64_t processed, int64_t total, double calls_per_second) {
  ImportStatus status;
  status.job.set_state(common::v1::JOB_STATE_IN_PROGRESS);
  *status.job.mutable_progress() = ProgressOf(processed, total);
  status.calls_per_second = calls_per_second;
  return status;
}

TEST(ImportStatusTest, RoundsThePercentage) {
  EXPECT_EQ(Percent(ProgressOf(1, 3)), 33);
  EXPECT_EQ(Percent(ProgressOf(2, 3)), 67);
  EXPECT_EQ(Percent(ProgressOf(1, 200)), 1);
  EXPECT_EQ(Percent(ProgressOf(12, 12)), 100);
}

TEST(ImportStatusTest, ShowsNoPercentageWithoutATotal) {
  common::v1::Progress uncounted;
  uncounted.set_processed_calls(7);

  EXPECT_EQ(Percent(uncounted), 0);
  EXPECT_EQ(Percent(ProgressOf(0, 0)), 0);
}

TEST(ImportStatusTest, ElapsedRunsFromStartToFinish) {
  common::v1::JobStatus job;
  *job.mutable_create_time() = ToProto(kNoon);
  EXPECT_EQ(Elapsed(job, kNoon + 5s), 5s);

  *job.mutable_start_time() = ToProto(kNoon + 4s);
  EXPECT_EQ(Elapsed(job, kNoon + 5s), 1s);

  *job.mutable_finish_time() = ToProto(kNoon + 14s);
  EXPECT_EQ(Elapsed(job, kNoon + 1h), 10s);
}

TEST(ImportStatusTest, ElapsedIsNeverNegative) {
  common::v1::JobStatus job;
  *job.mutable_create_time() = ToProto(kNoon);

  EXPECT_EQ(Elapsed(job, kNoon - 3s), 0s);
}

TEST(ImportStatusTest, TellsTheRemainingTimeFromTheRecentSpeed) {
  EXPECT_EQ(Remaining(Running(40, 100, 2.0)), 30s);
  EXPECT_EQ(Remaining(Running(100, 100, 2.0)), 0s);
}

TEST(ImportStatusTest, TellsNoRemainingTimeUntilItIsKnown) {
  EXPECT_EQ(Remaining(Running(40, 100, 0)), std::nullopt);
  EXPECT_EQ(Remaining(Running(0, 1'000'000, 1e-9)), std::nullopt);

  ImportStatus uncounted = Running(40, 100, 2.0);
  uncounted.job.mutable_progress()->clear_total_calls();
  EXPECT_EQ(Remaining(uncounted), std::nullopt);

  ImportStatus paused = Running(40, 100, 2.0);
  paused.job.set_state(common::v1::JOB_STATE_PAUSED);
  EXPECT_EQ(Remaining(paused), std::nullopt);
}

}  // namespace
}  // namespace callimport::status_tracker
