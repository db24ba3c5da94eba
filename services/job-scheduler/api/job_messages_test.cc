#include "services/job-scheduler/api/job_messages.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "callimport/job_scheduler/v1/job_scheduler.pb.h"

namespace callimport::job_scheduler {
namespace {

const Timestamp kNow{std::chrono::seconds(1'767'225'600)};

// With something in every field.
ImportJob WholeJob() {
  ImportJob job;
  job.job_id = "01900000-0000-7000-8000-000000000001";
  job.workspace_id = "acme";
  job.credential_id = "01900000-0000-7000-8000-000000000002";
  job.platform = "gong";
  job.window = {kNow - std::chrono::hours(24), kNow};
  job.attributes = {{"workspace_id", "12"}};
  job.quote_id = "quote";
  job.state = common::v1::JOB_STATE_PARTIAL;
  job.epoch = 3;
  job.progress.set_total_calls(10);
  job.progress.set_exactness(common::v1::EXACTNESS_EXACT);
  job.progress.set_listed_calls(10);
  job.progress.set_listing_done(true);
  job.progress.set_duplicate_calls(2);
  job.progress.set_completed_calls(5);
  job.progress.set_failed_calls(3);
  job.progress.set_errors(9);
  job.progress.set_warnings(1);
  job.last_error = "a page instead of a recording";
  job.created_by.set_kind(common::v1::Actor::KIND_SUPPORT);
  job.created_by.set_name("dana");
  job.correlation_id = "correlation";
  job.created_at = kNow;
  job.updated_at = kNow + std::chrono::seconds(60);
  job.started_at = kNow + std::chrono::seconds(1);
  job.finished_at = kNow + std::chrono::seconds(60);
  job.finish_earliest = kNow + std::chrono::seconds(58);
  job.finish_latest = kNow + std::chrono::seconds(61);
  common::v1::Wait wait;
  wait.set_reason(common::v1::Wait::REASON_RETRY);
  wait.set_text("what failed is tried again later");
  job.waits = {wait};
  return job;
}

constexpr char kGolden[] = R"pb(
  job_id: "01900000-0000-7000-8000-000000000001"
  workspace_id: "acme"
  credential_id: "01900000-0000-7000-8000-000000000002"
  platform: "gong"
  type: JOB_TYPE_HISTORICAL
  filter {
    start_time { seconds: 1767139200 }
    end_time { seconds: 1767225600 }
    attributes { key: "workspace_id" value: "12" }
  }
  state: JOB_STATE_PARTIAL
  progress {
    total_calls: 10
    exactness: EXACTNESS_EXACT
    listed_calls: 10
    listing_done: true
    duplicate_calls: 2
    completed_calls: 5
    failed_calls: 3
    processed_calls: 10
    errors: 9
    warnings: 1
  }
  created_by { kind: KIND_SUPPORT name: "dana" }
  last_error: "a page instead of a recording"
  correlation_id: "correlation"
  create_time { seconds: 1767225600 }
  start_time { seconds: 1767225601 }
  finish_time { seconds: 1767225660 }
  update_time { seconds: 1767225660 }
  work_class: WORK_CLASS_BULK
  waits { reason: REASON_RETRY text: "what failed is tried again later" }
  finish_earliest { seconds: 1767225658 }
  finish_latest { seconds: 1767225661 }
  quote_id: "quote"
  epoch: 3
)pb";

TEST(JobMessagesTest, AJobIsShownFieldByField) {
  v1::ImportJob golden;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(kGolden, &golden));

  EXPECT_EQ(ToProto(WholeJob()).DebugString(), golden.DebugString());
}

TEST(JobMessagesTest, NoFieldOfAJobIsForgotten) {
  const v1::ImportJob shown = ToProto(WholeJob());
  std::vector<const google::protobuf::FieldDescriptor*> set;
  shown.GetReflection()->ListFields(shown, &set);

  EXPECT_EQ(static_cast<int>(set.size()), v1::ImportJob::descriptor()->field_count());
}

TEST(JobMessagesTest, WhatIsNotKnownYetIsUnset) {
  ImportJob job;
  job.kind = JobKind::kUpload;
  const v1::ImportJob shown = ToProto(job);

  EXPECT_FALSE(shown.progress().has_total_calls());
  EXPECT_FALSE(shown.has_start_time());
  EXPECT_FALSE(shown.has_finish_time());
  EXPECT_FALSE(shown.has_finish_latest());
  EXPECT_FALSE(shown.has_filter()) << "an upload has no range";
  EXPECT_EQ(shown.type(), v1::JOB_TYPE_UPLOAD);
}

TEST(JobMessagesTest, TypesGoThereAndBack) {
  for (const JobKind kind :
       {JobKind::kHistorical, JobKind::kSync, JobKind::kUpload, JobKind::kReconciliation}) {
    ImportJob job;
    job.kind = kind;
    EXPECT_EQ(KindOf(ToProto(job).type()), kind);
  }
}

TEST(JobMessagesTest, ACallTellsWhenItFailedAndWhenItIsTriedAgain) {
  JobCall call;
  call.owned = true;
  call.state = common::v1::CALL_STATE_FAILED;
  call.failed_at = kNow;
  EXPECT_TRUE(ToProto(call).retryable());
  EXPECT_EQ(ToProto(call).fail_time().seconds(), 1'767'225'600);
  EXPECT_FALSE(ToProto(call).has_next_try_time());

  call = {};
  call.state = common::v1::CALL_STATE_PENDING;
  call.available_at = kNow;
  EXPECT_FALSE(ToProto(call).has_next_try_time()) << "it was not tried yet";
  call.error_reason = "VENDOR_ERROR";
  EXPECT_EQ(ToProto(call).next_try_time().seconds(), 1'767'225'600);
}

// Nobody takes these for something else meanwhile.
TEST(PublicInterfaceTest, HasNumbersOfItsOwnInWhatItIsToShow) {
  for (const google::protobuf::Descriptor* message :
       {v1::CreateImportJobRequest::descriptor(), v1::CreateImportJobResponse::descriptor(),
        v1::GetImportJobRequest::descriptor(), v1::GetImportJobResponse::descriptor(),
        v1::ImportJob::descriptor()}) {
    EXPECT_TRUE(message->IsReservedNumber(100) && message->IsReservedNumber(199))
        << message->full_name();
  }
}

}  // namespace
}  // namespace callimport::job_scheduler
