// How a host ends: what it says, what it waits for, and what it does not wait for.
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <string>
#include <thread>

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/rpc/answer.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/host.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/dev_certificates.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

namespace health = grpc::health::v1;
namespace v1 = callimport::job_scheduler::v1;
using callimport::testing::Allow;
using callimport::testing::DevCertificates;
using callimport::testing::HasCode;
using callimport::testing::IsOk;

// Answers when the test lets it.
class SlowService final : public v1::JobEvents::Service {
 public:
  grpc::Status GetProgressSnapshot(grpc::ServerContext* context,
                                   const v1::GetProgressSnapshotRequest*,
                                   v1::GetProgressSnapshotResponse*) override {
    return AnswerWith(*context, [this, context](const Caller&) {
      entered.count_down();
      while (!released.try_wait() && !context->IsCancelled()) std::this_thread::yield();
      return absl::OkStatus();
    });
  }

  std::latch entered{1};
  std::latch released{1};
};

class HostStopTest : public ::testing::Test {
 protected:
  ServerConfig Config() const {
    ServerConfig config;
    config.set_address("127.0.0.1:0");
    config.set_stop_grace_seconds(1);
    *config.mutable_tls() = certificates_.Of("job-scheduler");
    *config.add_access() = Allow("callimport.job_scheduler.v1.JobEvents", "service/*");
    return config;
  }

  std::shared_ptr<grpc::Channel> Channel() const {
    PeerConfig peer;
    peer.set_address("127.0.0.1:" + std::to_string(host_.port()));
    *peer.mutable_tls() = certificates_.Of("status-tracker");
    return *Connect(peer);
  }

  absl::Status Ask() const {
    const auto stub = v1::JobEvents::NewStub(Channel());
    return Invoke(*stub, &v1::JobEvents::Stub::GetProgressSnapshot,
                  v1::GetProgressSnapshotRequest())
        .status();
  }

  absl::StatusOr<health::HealthCheckResponse> AskHealth() const {
    const auto stub = health::Health::NewStub(Channel());
    return Invoke(*stub, &health::Health::Stub::Check, health::HealthCheckRequest());
  }

  const DevCertificates certificates_;
  SlowService service_;
  Host host_{Config()};
};

TEST_F(HostStopTest, HealthSaysNotServingBeforeAnythingElseStops) {
  absl::StatusOr<health::HealthCheckResponse> during;
  host_.OnStop([&] { during = AskHealth(); });
  ASSERT_THAT(host_.Start(), IsOk());
  const auto before = AskHealth();

  host_.Stop();

  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(during, IsOk());
  EXPECT_EQ(before->status(), health::HealthCheckResponse::SERVING);
  EXPECT_EQ(during->status(), health::HealthCheckResponse::NOT_SERVING);
}

TEST_F(HostStopTest, WaitsForRpcsThatEndWithinTheGrace) {
  host_.Serve(service_);
  ASSERT_THAT(host_.Start(), IsOk());
  host_.OnStop([&] { service_.released.count_down(); });
  absl::Status answer;
  std::jthread caller([&] { answer = Ask(); });
  service_.entered.wait();

  host_.Stop();

  caller.join();
  EXPECT_THAT(answer, IsOk());
}

TEST_F(HostStopTest, CancelsRpcsThatDoNotEndWithinTheGrace) {
  host_.Serve(service_);
  ASSERT_THAT(host_.Start(), IsOk());
  absl::Status answer;
  std::jthread caller([&] { answer = Ask(); });
  service_.entered.wait();

  host_.Stop();

  caller.join();
  EXPECT_FALSE(answer.ok());
}

TEST_F(HostStopTest, ATaskUnderWayIsWaitedForAndNoneBeginsAfterwards) {
  std::latch begun(1);
  std::latch stopping(1);
  std::atomic<int> finished = 0;
  host_.RunEvery(std::chrono::milliseconds(1), "slow", [&] {
    if (!begun.try_wait()) begun.count_down();
    stopping.wait();
    ++finished;
    return absl::OkStatus();
  });
  host_.OnStop([&] { stopping.count_down(); });
  ASSERT_THAT(host_.Start(), IsOk());
  begun.wait();

  host_.Stop();

  EXPECT_EQ(finished, 1);
}

TEST_F(HostStopTest, EndsAtATerminationSignal) {
  std::latch serving(1);
  host_.RunEvery(std::chrono::hours(1), "first", [&] {
    serving.count_down();
    return absl::OkStatus();
  });
  absl::Status result = absl::UnknownError("still running");
  std::jthread run([&] { result = host_.RunUntilSignalled(); });
  serving.wait();

  pthread_kill(run.native_handle(), SIGTERM);

  run.join();
  EXPECT_THAT(result, IsOk());
}

TEST_F(HostStopTest, NeedNotHaveStarted) { host_.Stop(); }

}  // namespace
}  // namespace callimport::rpc
