// SIGTERM in the middle of an import: exit code 0, nothing lost, nobody left waiting.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;
using ::testing::Optional;

constexpr uint64_t kCalls = 300;

class OrderlyStopTest : public ::testing::Test {
 protected:
  // An import that is under way and will be for some seconds.
  std::string BeginImport() {
    fake_vendors::Fault slow;
    slow.kind = fake_vendors::FaultKind::kSlow;
    slow.endpoint = "media";
    slow.pause = 60ms;
    slow.chunk_bytes = 8'192;
    suite_.vendors().faults().Add(slow);
    const auto job = client_.CreateJob(suite_.ConnectGong(client_));
    EXPECT_THAT(job, IsOk());
    client_.WaitForJob(job->job_id(), 60s,
                       [](const auto& now) { return now.progress().completed_calls() > 20; });
    return job->job_id();
  }

  uint64_t CallsBeingWorkedOn(const std::string& job_id) {
    const auto calls = client_.Calls(job_id);
    EXPECT_THAT(calls, IsOk());
    return static_cast<uint64_t>(std::ranges::count_if(*calls, [](const auto& call) {
      return call.state() > words::CALL_STATE_PENDING && call.state() < words::CALL_STATE_COMPLETED;
    }));
  }

  void ExpectGoodEnd(const std::string& job_id) {
    const scheduler::ImportJob ended = client_.WaitForEnd(job_id, 90s);
    EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
    ExpectAllImported(client_, suite_.vendors().gong());
  }

  Suite suite_{QuickCalls(kCalls)};
  Client client_ = suite_.ClientFor("acme");
};

TEST_F(OrderlyStopTest, OfEachServiceExitsWithZeroAndLosesNothing) {
  const std::string job_id = BeginImport();

  for (const std::string& service : kServices) {
    EXPECT_THAT(suite_.Stop(service), Optional(0)) << service;
    suite_.Start(service);
  }

  ExpectGoodEnd(job_id);
}

TEST_F(OrderlyStopTest, OfThePipelineHandsItsCallsBackAtOnce) {
  const std::string job_id = BeginImport();

  ASSERT_THAT(suite_.Stop("media-pipeline"), Optional(0));

  EXPECT_EQ(CallsBeingWorkedOn(job_id), 0U);
  EXPECT_TRUE(Eventually(2s, [&] { return suite_.vendors().stats().Snapshot().in_flight == 0; }));
  suite_.Start("media-pipeline");
  ExpectGoodEnd(job_id);
}

TEST_F(OrderlyStopTest, OfTheTrackerTellsItsWatchersWhyAndTheyGoOnWhereTheyWere) {
  const std::string job_id = BeginImport();
  std::atomic<bool> watching = false;
  std::string token;
  absl::Status closed;
  std::thread watcher([&] {
    closed = client_.Watch(job_id, "", [&](const auto& message) {
      token = message.resume_token();
      watching = true;
      return true;
    });
  });
  EXPECT_TRUE(Eventually(10s, [&] { return watching.load(); }));

  EXPECT_THAT(suite_.Stop("status-tracker"), Optional(0));
  watcher.join();
  suite_.Start("status-tracker");

  EXPECT_THAT(closed, HasReason("SHUTTING_DOWN"));
  tracker::WatchImportResponse last;
  EXPECT_THAT(client_.Watch(job_id, token,
                            [&](const auto& message) {
                              last = message;
                              return true;
                            }),
              IsOk());
  EXPECT_EQ(last.kind(), tracker::WatchImportResponse::KIND_FINAL);
}

}  // namespace
}  // namespace callimport::e2e
