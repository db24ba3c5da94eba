// kill -9 of each service in the middle of an import, and the result equals a clean run.
#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/eventually.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;

constexpr uint64_t kCalls = 400;

class CrashRecoveryTest : public ::testing::TestWithParam<std::string> {
 protected:
  // So that an import takes some seconds: 64 KiB in 8 steps.
  void SlowDownMedia() {
    fake_vendors::Fault slow;
    slow.kind = fake_vendors::FaultKind::kSlow;
    slow.endpoint = "media";
    slow.pause = 60ms;
    slow.chunk_bytes = 8'192;
    suite_.vendors().faults().Add(slow);
  }

  // Recordings asked for so far, without those whose calls are known to be completed.
  uint64_t Undelivered(const scheduler::ImportJob& job) {
    return suite_.vendors().stats().Snapshot().media_calls -
           static_cast<uint64_t>(job.progress().completed_calls());
  }

  bool VendorIsQuiet() { return suite_.vendors().stats().Snapshot().in_flight == 0; }

  Suite suite_{QuickCalls(kCalls)};
  Client client_ = suite_.ClientFor("acme");
};

TEST_P(CrashRecoveryTest, EqualsACleanRun) {
  const std::string service = GetParam();
  const std::string credential = suite_.ConnectGong(client_);
  SlowDownMedia();
  const auto job = client_.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  const scheduler::ImportJob middle = client_.WaitForJob(
      job->job_id(), 60s, [](const auto& now) { return now.progress().completed_calls() > 40; });
  ASSERT_FALSE(HasEnded(middle.state())) << middle.ShortDebugString();

  suite_.Kill(service);
  const bool moves_media = service == "media-pipeline" || service == "adapter-gateway";
  // Until the gateway has noticed that nobody listens, it goes on asking.
  ASSERT_TRUE(!moves_media || Eventually(20s, [this] { return VendorIsQuiet(); }));
  const uint64_t undelivered = Undelivered(middle);
  suite_.Start(service);
  const scheduler::ImportJob ended = client_.WaitForEnd(job->job_id(), 120s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_EQ(ended.progress().completed_calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(ended.progress().failed_calls(), 0);
  ExpectAllImported(client_, suite_.vendors().gong());
  const auto seen = suite_.vendors().stats().Snapshot();
  EXPECT_EQ(seen.media_calls, kCalls);
  // Only what was not delivered yet may be asked for again, and only if it was on its way.
  EXPECT_LE(seen.media_calls_repeated, moves_media ? undelivered : 0U);

  tracker::WatchImportResponse last;
  EXPECT_THAT(client_.Watch(job->job_id(), "",
                            [&](const auto& message) {
                              last = message;
                              return true;
                            }),
              IsOk());
  EXPECT_EQ(last.kind(), tracker::WatchImportResponse::KIND_FINAL);
  EXPECT_EQ(last.status().job().progress().completed_calls(), static_cast<int64_t>(kCalls));
}

INSTANTIATE_TEST_SUITE_P(Killing, CrashRecoveryTest, ::testing::ValuesIn(kServices),
                         [](const auto& service) {
                           std::string name = service.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace callimport::e2e
