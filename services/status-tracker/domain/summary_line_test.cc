#include "services/status-tracker/domain/summary_line.h"

#include <gtest/gtest.h>

namespace callimport::status_tracker {
namespace {

using common::v1::JobStatus;

JobStatus Job(common::v1::JobState state, int64_t completed, int64_t failed, int64_t duplicates) {
  JobStatus job;
  job.set_platform("gong");
  job.set_state(state);
  job.mutable_progress()->set_completed_calls(completed);
  job.mutable_progress()->set_failed_calls(failed);
  job.mutable_progress()->set_duplicate_calls(duplicates);
  return job;
}

TEST(SummaryLineTest, CountsNewCallsAndDuplicates) {
  EXPECT_EQ(SummaryLine(Job(common::v1::JOB_STATE_COMPLETED, 8, 0, 3)),
            "Gong import complete — 8 new calls imported. Skipped 3 duplicates.");
}

TEST(SummaryLineTest, SpeaksOfOneInTheSingular) {
  EXPECT_EQ(SummaryLine(Job(common::v1::JOB_STATE_COMPLETED, 1, 0, 1)),
            "Gong import complete — 1 new call imported. Skipped 1 duplicate.");
}

TEST(SummaryLineTest, LeavesOutDuplicatesThatDoNotExist) {
  EXPECT_EQ(SummaryLine(Job(common::v1::JOB_STATE_COMPLETED, 0, 0, 0)),
            "Gong import complete — 0 new calls imported.");
}

TEST(SummaryLineTest, NamesFailuresOfAPartialImport) {
  EXPECT_EQ(SummaryLine(Job(common::v1::JOB_STATE_PARTIAL, 7, 1, 0)),
            "Gong import partly complete — 7 new calls imported. 1 call failed.");
}

TEST(SummaryLineTest, GivesTheReasonOfAFailedImport) {
  JobStatus job = Job(common::v1::JOB_STATE_FAILED, 0, 0, 0);
  job.set_last_error("the vendor refuses the key");

  EXPECT_EQ(SummaryLine(job), "Gong import failed — the vendor refuses the key");
}

TEST(SummaryLineTest, ShowsHowFarARunningImportIs) {
  JobStatus job = Job(common::v1::JOB_STATE_IN_PROGRESS, 4, 0, 0);
  job.mutable_progress()->set_processed_calls(4);
  EXPECT_EQ(SummaryLine(job), "Gong import in progress — 4 calls");

  job.mutable_progress()->set_total_calls(12);
  EXPECT_EQ(SummaryLine(job), "Gong import in progress — 4/12 calls");
}

TEST(SummaryLineTest, WritesPlatformsAsPeopleDo) {
  EXPECT_EQ(PlatformTitle("zoom_phone"), "Zoom Phone");
  EXPECT_EQ(PlatformTitle("gong"), "Gong");
}

TEST(SummaryLineTest, CallsAnUploadAnUpload) {
  JobStatus job = Job(common::v1::JOB_STATE_COMPLETED, 1, 0, 0);
  job.set_platform("upload");

  EXPECT_EQ(SummaryLine(job), "Upload complete — 1 new call imported.");
}

}  // namespace
}  // namespace callimport::status_tracker
