// A real server with real certificates, on loopback.
#include "libs/rpc/host.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "libs/rpc/answer.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/latest_value_stream.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/metrics.h"
#include "libs/testing/dev_certificates.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

namespace v1 = callimport::job_scheduler::v1;
using callimport::testing::DevCertificates;
using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

// Answers snapshots with the caller's correlation id, and streams counters.
class EventsService final
    : public v1::JobEvents::WithCallbackMethod_WatchJobEvents<v1::JobEvents::Service> {
 public:
  class Stream final : public LatestValueStream<v1::WatchJobEventsResponse> {};

  grpc::Status GetProgressSnapshot(grpc::ServerContext* context,
                                   const v1::GetProgressSnapshotRequest* request,
                                   v1::GetProgressSnapshotResponse* response) override {
    ++answered;
    return Answer(*context, response,
                  [&](const Caller&) -> absl::StatusOr<v1::GetProgressSnapshotResponse> {
                    if (request->job_id() == "throw") throw std::runtime_error("broken inside");
                    // Each waits for all others, so they must really run side by side.
                    if (request->job_id() == "meet") meeting_.arrive_and_wait();
                    v1::GetProgressSnapshotResponse answer;
                    answer.add_jobs()->set_correlation_id(CurrentCorrelationId());
                    return answer;
                  });
  }

  grpc::ServerWriteReactor<v1::WatchJobEventsResponse>* WatchJobEvents(
      grpc::CallbackServerContext*, const v1::WatchJobEventsRequest*) override {
    auto* stream = new Stream;
    for (int64_t revision = 1; revision <= 1000; ++revision) {
      v1::WatchJobEventsResponse value;
      value.add_events()->set_revision(revision);
      stream->Offer(value);
    }
    stream->Close(grpc::Status(grpc::StatusCode::UNAVAILABLE, "going away"));
    return stream;
  }

  static constexpr int kMeeting = 200;
  std::atomic<int> answered = 0;

 private:
  std::barrier<> meeting_{kMeeting};
};

class HostTest : public ::testing::Test {
 protected:
  HostTest() : host_(Config()) {
    host_.Serve(service_);
    started_ = host_.Start();
  }

  ServerConfig Config() {
    ServerConfig config;
    config.set_address("127.0.0.1:0");
    config.set_stop_grace_seconds(1);
    *config.mutable_tls() = certificates_.Of("job-scheduler");
    AccessRule& rule = *config.add_access();
    rule.set_rpcs("callimport.job_scheduler.v1.JobEvents");
    rule.add_callers("service/status-tracker");
    return config;
  }

  std::unique_ptr<v1::JobEvents::Stub> As(const std::string& name) {
    PeerConfig peer;
    peer.set_address("127.0.0.1:" + std::to_string(host_.port()));
    *peer.mutable_tls() = certificates_.Of(name);
    return v1::JobEvents::NewStub(*Connect(peer));
  }

  absl::StatusOr<v1::GetProgressSnapshotResponse> Ask(const std::string& name,
                                                      const std::string& job_id = "") {
    v1::GetProgressSnapshotRequest request;
    request.set_job_id(job_id);
    return Invoke(*As(name), &v1::JobEvents::Stub::GetProgressSnapshot, request);
  }

  const DevCertificates certificates_;
  EventsService service_;
  Host host_;
  absl::Status started_;
};

TEST_F(HostTest, AnswersWhomTheRulesAllow) {
  ASSERT_THAT(started_, IsOk());
  EXPECT_THAT(Ask("status-tracker"), IsOk());
}

TEST_F(HostTest, RefusesOthersBeforeTheHandlerRuns) {
  EXPECT_THAT(Ask("media-pipeline"), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(service_.answered, 0);
}

TEST_F(HostTest, PassesTheCorrelationIdOn) {
  const CorrelationScope scope("from-far-away");

  const auto answer = Ask("status-tracker");

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->jobs(0).correlation_id(), "from-far-away");
}

TEST_F(HostTest, AnExceptionBecomesInternalAndTellsNothing) {
  const auto answer = Ask("status-tracker", "throw");

  EXPECT_THAT(answer, HasCode(absl::StatusCode::kInternal));
  EXPECT_THAT(std::string(answer.status().message()),
              ::testing::Not(::testing::HasSubstr("broken")));
}

TEST_F(HostTest, ASlowReaderSkipsValuesButSeesTheLastOneAndTheStatus) {
  grpc::ClientContext context;
  Prepare(context, std::chrono::seconds(10));
  const auto stub = As("status-tracker");
  const auto reader = stub->WatchJobEvents(&context, v1::WatchJobEventsRequest());

  int received = 0;
  int64_t last = 0;
  for (v1::WatchJobEventsResponse message; reader->Read(&message); ++received) {
    EXPECT_GT(message.events(0).revision(), last);
    last = message.events(0).revision();
  }

  EXPECT_EQ(last, 1000);
  EXPECT_LT(received, 1000);
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(HostTest, RunsTwoHundredBlockingHandlersAtOnce) {
  std::atomic<int> fine = 0;
  const auto stub = As("status-tracker");
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < EventsService::kMeeting; ++i) {
      callers.emplace_back([&] {
        v1::GetProgressSnapshotRequest request;
        request.set_job_id("meet");
        if (Invoke(*stub, &v1::JobEvents::Stub::GetProgressSnapshot, request).ok()) ++fine;
      });
    }
  }
  EXPECT_EQ(fine, EventsService::kMeeting);
}

TEST_F(HostTest, CountsRpcsByNameAndStatus) {
  ASSERT_THAT(Ask("status-tracker"), IsOk());

  EXPECT_THAT(metrics::Render(),
              ::testing::ContainsRegex(
                  "rpc_requests_total\\{code=\"OK\",rpc=\"callimport.job_scheduler.v1.JobEvents/"
                  "GetProgressSnapshot\"\\} [1-9]"));
}

TEST_F(HostTest, ARestartedServerIsFoundByTheSameChannel) {
  ServerConfig config = Config();
  config.set_address("127.0.0.1:" + std::to_string(host_.port()));
  const auto stub = As("status-tracker");
  const auto ask = [&] {
    return Invoke(*stub, &v1::JobEvents::Stub::GetProgressSnapshot,
                  v1::GetProgressSnapshotRequest(), {.attempts = 6});
  };
  ASSERT_THAT(ask(), IsOk());
  host_.Stop();
  EXPECT_THAT(
      Invoke(*stub, &v1::JobEvents::Stub::GetProgressSnapshot, v1::GetProgressSnapshotRequest()),
      HasCode(absl::StatusCode::kUnavailable));

  EventsService service;
  Host restarted(config);
  restarted.Serve(service);
  ASSERT_THAT(restarted.Start(), IsOk());

  EXPECT_THAT(ask(), IsOk());
}

TEST_F(HostTest, SaysWhenItsAddressIsTaken) {
  ServerConfig config = Config();
  config.set_address("127.0.0.1:" + std::to_string(host_.port()));
  Host second(config);

  EXPECT_THAT(second.Start(), HasReason("ADDRESS_TAKEN"));
}

TEST_F(HostTest, StopsInOrderAndOnlyOnce) {
  std::vector<std::string> happened;
  Host host(Config());
  host.RunEvery(std::chrono::hours(1), "once", [&] { return absl::OkStatus(); });
  host.OnStop([&] { happened.push_back("leases"); });
  host.OnStop([&] { happened.push_back("streams"); });
  ASSERT_THAT(host.Start(), IsOk());

  host.Stop();
  host.Stop();

  EXPECT_THAT(happened, ::testing::ElementsAre("leases", "streams"));
}

}  // namespace
}  // namespace callimport::rpc
