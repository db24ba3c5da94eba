#include "libs/rpc/latest_value_stream.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

namespace v1 = callimport::job_scheduler::v1;

class Stream final : public LatestValueStream<v1::WatchJobEventsResponse> {
 public:
  explicit Stream(std::latch& done) : done_(done) {}
  ~Stream() override { done_.count_down(); }

  void OfferRevision(int64_t revision, size_t padding = 0) {
    v1::WatchJobEventsResponse value;
    auto& event = *value.add_events();
    event.set_revision(revision);
    event.mutable_status()->set_correlation_id(std::string(padding, 'x'));
    Offer(std::move(value));
  }

 private:
  std::latch& done_;
};

// Hands the one stream of a test to the test.
class Service final
    : public v1::JobEvents::WithCallbackMethod_WatchJobEvents<v1::JobEvents::Service> {
 public:
  grpc::ServerWriteReactor<v1::WatchJobEventsResponse>* WatchJobEvents(
      grpc::CallbackServerContext*, const v1::WatchJobEventsRequest*) override {
    stream = new Stream(destroyed);
    opened.count_down();
    return stream;
  }

  Stream* stream = nullptr;
  std::latch opened{1};
  std::latch destroyed{1};
};

class LatestValueStreamTest : public ::testing::Test {
 protected:
  LatestValueStreamTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::JobEvents::NewStub(server_->InProcessChannel({}));
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    reader_ = stub_->WatchJobEvents(&context_, v1::WatchJobEventsRequest());
    service_.opened.wait();
  }
  ~LatestValueStreamTest() override {
    context_.TryCancel();
    if (!finished_) Finish();
    service_.destroyed.wait();
  }

  grpc::Status Finish() {
    finished_ = true;
    return reader_->Finish();
  }

  int64_t ReadRevision() {
    v1::WatchJobEventsResponse message;
    return reader_->Read(&message) ? message.events(0).revision() : -1;
  }

  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::JobEvents::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchJobEventsResponse>> reader_;
  bool finished_ = false;
};

TEST_F(LatestValueStreamTest, WritesWhatIsOffered) {
  service_.stream->OfferRevision(1);
  EXPECT_EQ(ReadRevision(), 1);
  service_.stream->OfferRevision(2);
  EXPECT_EQ(ReadRevision(), 2);
}

TEST_F(LatestValueStreamTest, ASlowReaderSkipsValuesButNeverTheLast) {
  constexpr int64_t kLast = 2000;
  // Large values fill the flow-control window, so writes really wait for the reader.
  for (int64_t revision = 1; revision <= kLast; ++revision) {
    service_.stream->OfferRevision(revision, 64 * 1024);
  }
  service_.stream->Close(grpc::Status(grpc::StatusCode::UNAVAILABLE, "going away"));

  int read = 0;
  int64_t newest = 0;
  for (int64_t revision; (revision = ReadRevision()) != -1; ++read) {
    EXPECT_GT(revision, newest);
    newest = revision;
  }

  EXPECT_EQ(newest, kLast);
  EXPECT_LT(read, kLast);
  EXPECT_EQ(Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(LatestValueStreamTest, EndsWhenTheClientLeaves) {
  service_.stream->OfferRevision(1);
  context_.TryCancel();
  service_.destroyed.wait();
}

TEST_F(LatestValueStreamTest, OfferingFromManyThreadsLosesNoLastValue) {
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 4; ++writer) {
      writers.emplace_back([&] {
        for (int i = 0; i < 500; ++i) service_.stream->OfferRevision(1);
      });
    }
  }
  service_.stream->OfferRevision(2);
  service_.stream->Close();

  int64_t newest = 0;
  for (int64_t revision; (revision = ReadRevision()) != -1;) newest = revision;
  EXPECT_EQ(newest, 2);
}

}  // namespace
}  // namespace callimport::rpc
