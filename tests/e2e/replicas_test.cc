// Three schedulers and four workers, one of which is killed with kill -9 again and again while
// they import: every call is stored once, and none is lost.
#include <gmock/gmock.h>

#include <cstdlib>
#include <random>

#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;

constexpr uint64_t kCalls = 400;
constexpr int kMostKills = 14;
constexpr int kLeastKills = 6;

uint64_t Seed() {
  const char* seed = std::getenv("CALLIMPORT_KILL_SEED");
  return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

// Kills one process at a time, and lets it come back when the next one dies.
class Reaper {
 public:
  Reaper(Suite& suite, uint64_t seed) : suite_(suite), random_(seed) {
    for (const char* service : {"job-scheduler", "media-pipeline"}) {
      for (const std::string& process : suite.ReplicasOf(service)) victims_.push_back(process);
    }
  }

  // After some more news of the import, drawn anew each time.
  void HearNews() {
    if (kills_ == kMostKills || --news_ > 0) return;
    news_ = 1 + static_cast<int>(random_() % 3);
    const std::string victim = victims_[random_() % victims_.size()];
    if (victim == dead_) return;
    suite_.Kill(victim);
    ++kills_;
    Revive();
    dead_ = victim;
  }

  void Revive() {
    if (!dead_.empty()) suite_.Start(dead_);
    dead_.clear();
  }

  int kills() const { return kills_; }

 private:
  Suite& suite_;
  std::mt19937_64 random_;
  std::vector<std::string> victims_;
  std::string dead_;
  int news_ = 1;
  int kills_ = 0;
};

class ReplicasTest : public ::testing::Test {
 protected:
  static SuiteOptions Options() {
    SuiteOptions options = QuickCalls(kCalls);
    options.replicas = {{"job-scheduler", 3}, {"media-pipeline", 4}};
    options.patch = [](const std::string& service, Json& config) {
      if (service == "job-scheduler") config["lease_seconds"] = 4;
      if (service == "media-pipeline") config["calls_in_flight"] = 4;
    };
    return options;
  }

  // So that an import takes a while: 64 KiB in 8 steps.
  void SlowDownMedia() {
    fake_vendors::Fault slow;
    slow.kind = fake_vendors::FaultKind::kSlow;
    slow.endpoint = "media";
    slow.pause = 60ms;
    slow.chunk_bytes = 8'192;
    suite_.vendors().faults().Add(slow);
  }

  // Until it has ended, over as many streams as it takes.
  void FollowImport(const std::string& job_id, const std::function<void()>& on_news) {
    bool ended = false;
    const auto deadline = std::chrono::steady_clock::now() + 150s;
    while (!ended && std::chrono::steady_clock::now() < deadline) {
      const absl::Status over = client_.Watch(job_id, "", [&](const auto& message) {
        ended = message.kind() == tracker::WatchImportResponse::KIND_FINAL;
        if (!ended) on_news();
        return !ended;
      });
      if (!over.ok() && !ended) SCOPED_TRACE(over.ToString());
    }
    EXPECT_TRUE(ended) << "the import does not end";
  }

  scheduler::VerifyEffectsResponse Verify(const std::string& job_id) {
    const auto jobs =
        scheduler::JobScheduler::NewStub(suite_.ChannelTo("job-scheduler", "support-demo"));
    scheduler::VerifyEffectsRequest request;
    request.set_workspace_id(client_.workspace());
    request.set_job_id(job_id);
    const auto verified =
        rpc::Invoke(*jobs, &scheduler::JobScheduler::Stub::VerifyEffects, request, {.attempts = 3});
    EXPECT_THAT(verified, IsOk());
    return verified.value_or(scheduler::VerifyEffectsResponse());
  }

  Suite suite_{Options()};
  Client client_ = suite_.ClientFor("acme");
};

TEST_F(ReplicasTest, StoreEveryCallOnceWhoeverIsKilledAndWhen) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("CALLIMPORT_KILL_SEED=" + std::to_string(seed));
  const std::string credential = suite_.ConnectGong(client_);
  SlowDownMedia();
  const auto job = client_.CreateJob(credential);
  ASSERT_THAT(job, IsOk());

  Reaper reaper(suite_, seed);
  FollowImport(job->job_id(), [&] { reaper.HearNews(); });
  reaper.Revive();

  EXPECT_GE(reaper.kills(), kLeastKills);
  const scheduler::ImportJob ended = client_.WaitForEnd(job->job_id(), 10s);
  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_EQ(ended.progress().completed_calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(ended.progress().failed_calls(), 0);
  ExpectAllImported(client_, suite_.vendors().gong());
  const scheduler::VerifyEffectsResponse verified = Verify(job->job_id());
  EXPECT_TRUE(verified.exactly_once()) << verified.ShortDebugString();
  EXPECT_EQ(verified.calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(suite_.vendors().stats().Snapshot().media_calls, kCalls);
}

}  // namespace
}  // namespace callimport::e2e
