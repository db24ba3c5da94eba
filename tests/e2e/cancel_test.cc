// Cancelling: the vendor is left alone within two seconds, and it stays so.
#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;

constexpr uint64_t kCalls = 1000;

class CancelTest : public ::testing::Test {
 protected:
  CancelTest() {
    fake_vendors::Fault slow;
    slow.kind = fake_vendors::FaultKind::kSlow;
    slow.endpoint = "media";
    slow.pause = 100ms;
    slow.chunk_bytes = 8'192;
    suite_.vendors().faults().Add(slow);
  }

  Suite suite_{QuickCalls(kCalls)};
  Client client_ = suite_.ClientFor("acme");
};

TEST_F(CancelTest, EndsVendorRequestsWithinTwoSecondsForGood) {
  const auto job = client_.CreateJob(suite_.ConnectGong(client_));
  ASSERT_THAT(job, IsOk());
  client_.WaitForJob(job->job_id(), 60s,
                     [](const auto& now) { return now.progress().completed_calls() > 30; });

  const Timestamp cancelled_at = SystemClock().Now();
  ASSERT_THAT(client_.Cancel(job->job_id()), IsOk());
  const scheduler::ImportJob ended = client_.WaitForEnd(job->job_id(), 30s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_CANCELLED);
  EXPECT_TRUE(Eventually(2s, [&] { return suite_.vendors().stats().Snapshot().in_flight == 0; }));
  const auto last_request = [&] { return suite_.vendors().stats().Snapshot().last_request; };
  EXPECT_TRUE(Always(3s, [&] { return last_request() <= cancelled_at + 2s; }));

  const scheduler::ImportJob later = *client_.GetJob(job->job_id());
  EXPECT_EQ(later.state(), words::JOB_STATE_CANCELLED);
  EXPECT_EQ(later.progress().completed_calls() + later.progress().skipped_calls(),
            static_cast<int64_t>(kCalls));
  const auto engagements = client_.Engagements();
  ASSERT_THAT(engagements, IsOk());
  EXPECT_EQ(static_cast<int64_t>(engagements->size()), later.progress().completed_calls());
}

TEST_F(CancelTest, CanBeRepeatedAndIsFinal) {
  const auto job = client_.CreateJob(suite_.ConnectGong(client_));
  ASSERT_THAT(job, IsOk());
  ASSERT_THAT(client_.Cancel(job->job_id()), IsOk());
  client_.WaitForEnd(job->job_id(), 30s);

  const auto again = client_.Cancel(job->job_id());

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->state(), words::JOB_STATE_CANCELLED);
  EXPECT_THAT(client_.RetryFailed(job->job_id()), HasReason("JOB_CANCELLED"));
}

}  // namespace
}  // namespace callimport::e2e
