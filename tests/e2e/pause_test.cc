// Pausing: the vendor is left alone within two seconds, and nothing that is finished is done again.
#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;

constexpr uint64_t kCalls = 600;

class PauseTest : public ::testing::Test {
 protected:
  uint64_t SlowDown(const std::string& endpoint, std::chrono::milliseconds pause) {
    fake_vendors::Fault slow;
    slow.kind = fake_vendors::FaultKind::kSlow;
    slow.endpoint = endpoint;
    slow.pause = pause;
    slow.chunk_bytes = 8'192;
    return suite_.vendors().faults().Add(slow);
  }

  // Pauses, and checks that the vendor sees nothing more two seconds later, for a while.
  void PauseAndSeeTheVendorLeftAlone(const std::string& job_id) {
    const Timestamp paused_at = SystemClock().Now();
    const auto paused = client_.Pause(job_id);
    ASSERT_THAT(paused, IsOk());
    EXPECT_EQ(paused->state(), words::JOB_STATE_PAUSED);
    EXPECT_TRUE(Eventually(2s, [&] { return suite_.vendors().stats().Snapshot().in_flight == 0; }));
    const auto last_request = [&] { return suite_.vendors().stats().Snapshot().last_request; };
    EXPECT_TRUE(Always(3s, [&] { return last_request() <= paused_at + 2s; }));
    EXPECT_EQ(client_.GetJob(job_id)->state(), words::JOB_STATE_PAUSED);
  }

  Suite suite_{QuickCalls(kCalls)};
  Client client_ = suite_.ClientFor("acme");
};

TEST_F(PauseTest, EndsVendorRequestsWithinTwoSecondsAndGoesOnWhereItWas) {
  SlowDown("media", 100ms);
  const auto job = client_.CreateJob(suite_.ConnectGong(client_));
  ASSERT_THAT(job, IsOk());
  client_.WaitForJob(job->job_id(), 60s,
                     [](const auto& now) { return now.progress().completed_calls() > 30; });

  PauseAndSeeTheVendorLeftAlone(job->job_id());
  const auto before = client_.Calls(job->job_id());
  ASSERT_THAT(before, IsOk());
  const auto downloads_before = suite_.vendors().stats().Downloads();
  suite_.vendors().faults().Clear();
  ASSERT_THAT(client_.Resume(job->job_id()), IsOk());

  const scheduler::ImportJob ended = client_.WaitForEnd(job->job_id(), 120s);
  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED);
  EXPECT_EQ(ended.progress().completed_calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(ended.progress().errors(), 0);
  EXPECT_EQ(ended.epoch(), job->epoch() + 2);
  const auto downloads = suite_.vendors().stats().Downloads();
  for (const scheduler::ImportCall& call : *before) {
    if (call.state() != words::CALL_STATE_COMPLETED) continue;
    EXPECT_EQ(downloads.at(call.source_call_id()), downloads_before.at(call.source_call_id()))
        << "what is finished is not fetched again";
  }
  EXPECT_THAT(*client_.Engagements(), ::testing::SizeIs(kCalls));
  EXPECT_THAT(client_.Pause(job->job_id()), HasReason("JOB_ENDED"));
}

TEST_F(PauseTest, StopsAListingInTheMiddleOfAPage) {
  SlowDown("api", 300ms);
  const auto job = client_.CreateJob(suite_.ConnectGong(client_));
  ASSERT_THAT(job, IsOk());
  ASSERT_TRUE(Eventually(60s, [&] {
    return client_.GetJob(job->job_id())->state() == words::JOB_STATE_IN_PROGRESS &&
           suite_.vendors().stats().Snapshot().in_flight > 0;
  }));

  PauseAndSeeTheVendorLeftAlone(job->job_id());
  suite_.vendors().faults().Clear();
  ASSERT_THAT(client_.Resume(job->job_id()), IsOk());

  const scheduler::ImportJob ended = client_.WaitForEnd(job->job_id(), 120s);
  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED);
  EXPECT_EQ(ended.progress().completed_calls(), static_cast<int64_t>(kCalls));
}

}  // namespace
}  // namespace callimport::e2e
