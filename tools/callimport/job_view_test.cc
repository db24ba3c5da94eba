#include "tools/callimport/job_view.h"

#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

namespace callimport::cli {
namespace {

using google::protobuf::util::TimeUtil;
using job_scheduler::v1::ImportJob;
using vocabulary::Vocabulary;

ImportJob EndedJob() {
  ImportJob job;
  job.set_job_id("0190-job");
  job.set_workspace_id("acme");
  job.set_credential_id("0190-credential");
  job.set_platform("gong");
  job.set_type(job_scheduler::v1::JOB_TYPE_HISTORICAL);
  job.set_state(common::v1::JOB_STATE_PARTIAL);
  job.mutable_progress()->set_total_calls(50);
  job.mutable_progress()->set_processed_calls(50);
  job.mutable_progress()->set_failed_calls(3);
  job.mutable_progress()->set_errors(9);
  job.mutable_progress()->set_warnings(1);
  job.mutable_created_by()->set_name("dana");
  job.set_last_error("NOT_MEDIA: a page instead");
  *job.mutable_filter()->mutable_start_time() = TimeUtil::SecondsToTimestamp(1'577'836'800);
  *job.mutable_filter()->mutable_end_time() = TimeUtil::SecondsToTimestamp(1'767'225'600);
  (*job.mutable_filter()->mutable_attributes())["workspace_id"] = "12";
  *job.mutable_create_time() = TimeUtil::SecondsToTimestamp(1'767'225'600);
  *job.mutable_start_time() = TimeUtil::SecondsToTimestamp(1'767'225'601);
  *job.mutable_finish_time() = TimeUtil::SecondsToTimestamp(1'767'225'660);
  *job.mutable_finish_latest() = TimeUtil::SecondsToTimestamp(1'767'225'661);
  return job;
}

TEST(JobViewTest, TheGraphInterfaceSeesItsTwelveFields) {
  EXPECT_EQ(ViewOf(EndedJob(), Vocabulary::kGraph),
            R"({"id":"0190-job","platform":"gong","jobType":"historical","status":"completed",)"
            R"("totalCalls":50,"processedCalls":50,"failedCalls":3,)"
            R"("startedAt":"2026-01-01T00:00:01Z","completedAt":"2026-01-01T00:01:00Z",)"
            R"("estimatedCompletionAt":"2026-01-01T00:01:01Z",)"
            R"("lastError":"NOT_MEDIA: a page instead","createdAt":"2026-01-01T00:00:00Z"})");
}

TEST(JobViewTest, WhatIsNotKnownYetIsNull) {
  ImportJob job;
  job.set_job_id("0190-job");
  job.set_type(job_scheduler::v1::JOB_TYPE_SYNC);
  job.set_state(common::v1::JOB_STATE_PENDING);

  EXPECT_EQ(ViewOf(job, Vocabulary::kGraph),
            R"({"id":"0190-job","platform":"","jobType":"sync","status":"pending",)"
            R"("totalCalls":null,"processedCalls":0,"failedCalls":0,"startedAt":null,)"
            R"("completedAt":null,"estimatedCompletionAt":null,"lastError":null,)"
            R"("createdAt":null})");
}

TEST(JobViewTest, TheAdminInterfaceSeesItsCustomerAndItsConfig) {
  EXPECT_EQ(ViewOf(EndedJob(), Vocabulary::kAdmin),
            R"({"id":"0190-job","customerId":"acme","platform":"gong","status":"partial",)"
            R"("totalCalls":50,"processedCalls":50,"failedCalls":3,)"
            R"("createdAt":"2026-01-01T00:00:00Z","startedAt":"2026-01-01T00:00:01Z",)"
            R"("completedAt":"2026-01-01T00:01:00Z","requestedBy":"dana",)"
            R"("config":{"credentials":"0190-credential",)"
            R"("dateRange":{"start":"2020-01-01T00:00:00Z","end":"2026-01-01T00:00:00Z"},)"
            R"("filters":{"workspace_id":"12"}}})");
}

TEST(JobViewTest, TheTableOfRunsCountsErrorsAndWarningsApart) {
  EXPECT_EQ(ViewOf(EndedJob(), Vocabulary::kRuns),
            R"({"id":"0190-job","type":"historical","status":"completed","total_calls":50,)"
            R"("processed_calls":50,"errors":9,"warnings":1,"started_at":"2026-01-01T00:00:01Z",)"
            R"("completed_at":"2026-01-01T00:01:00Z","created_at":"2026-01-01T00:00:00Z"})");
}

}  // namespace
}  // namespace callimport::cli
