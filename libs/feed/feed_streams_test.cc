#include "libs/feed/feed_streams.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "libs/rpc/status.h"
#include "libs/testing/status_matchers.h"

namespace callimport::feed {
namespace {

namespace v1 = callimport::job_scheduler::v1;
using callimport::testing::HasReason;
using std::chrono::hours;
using std::chrono::milliseconds;

using Streams = FeedStreams<v1::WatchJobEventsResponse>;

constexpr int64_t kPerPage = 3;
// Nothing happens unless somebody is woken.
constexpr Streams::Pace kOnlyWhenWoken{.look_every = hours(1), .heartbeat = hours(1)};

// A feed in memory.
class Facts {
 public:
  void Append(int64_t count) { newest_ += count; }
  void Break(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    trouble_ = status;
  }
  void set_padding(size_t padding) { padding_ = padding; }

  Streams::Source source() {
    return {.read = [this](int64_t after) { return Read(after); },
            .newest = [this]() -> absl::StatusOr<int64_t> { return newest_.load(); }};
  }

 private:
  absl::StatusOr<Streams::Page> Read(int64_t after) {
    const std::lock_guard lock(mutex_);
    if (!trouble_.ok()) return trouble_;
    Streams::Page page{.message = {}, .revision = after, .empty = true};
    while (page.revision < newest_ && page.revision < after + kPerPage) {
      auto& event = *page.message.add_events();
      event.set_revision(++page.revision);
      event.mutable_status()->set_correlation_id(std::string(padding_, 'x'));
      page.empty = false;
    }
    return page;
  }

  std::mutex mutex_;
  std::atomic<int64_t> newest_{0};
  std::atomic<size_t> padding_{0};
  absl::Status trouble_;
};

class Service final
    : public v1::JobEvents::WithCallbackMethod_WatchJobEvents<v1::JobEvents::Service> {
 public:
  explicit Service(Streams& streams) : streams_(streams) {}

  // A negative revision: only what comes from now on.
  grpc::ServerWriteReactor<v1::WatchJobEventsResponse>* WatchJobEvents(
      grpc::CallbackServerContext*, const v1::WatchJobEventsRequest* request) override {
    auto* stream = streams_.Open();
    const int64_t after = request->after_revision();
    const absl::Status begun =
        streams_.Follow(stream, {}, after < 0 ? std::nullopt : std::optional(after));
    if (!begun.ok()) stream->Close(rpc::ToGrpcStatus(begun));
    return stream;
  }

 private:
  Streams& streams_;
};

struct Follower {
  // The revisions of the next message; empty for a heartbeat, and once the stream has ended.
  std::vector<int64_t> Next() {
    v1::WatchJobEventsResponse message;
    std::vector<int64_t> revisions;
    alive = reader->Read(&message);
    for (const auto& event : message.events()) revisions.push_back(event.revision());
    return revisions;
  }
  // Reads until this one has come; false when one is missing, or it ends before.
  bool ReadsUpTo(int64_t revision, int64_t from = 1) {
    while (from <= revision) {
      for (const int64_t next : Next()) {
        if (next != from++) return false;
      }
      if (!alive) return false;
    }
    return true;
  }
  absl::Status End() {
    while (alive) Next();
    return rpc::FromGrpcStatus(reader->Finish());
  }

  std::unique_ptr<grpc::ClientContext> context = std::make_unique<grpc::ClientContext>();
  std::unique_ptr<grpc::ClientReader<v1::WatchJobEventsResponse>> reader = nullptr;
  bool alive = true;
};

// A service whose feed is this one.
class Desk {
 public:
  explicit Desk(Facts& facts, const Streams::Pace& pace = kOnlyWhenWoken)
      : streams_(facts.source(), appended_, pace) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::JobEvents::NewStub(server_->InProcessChannel({}));
  }
  ~Desk() { server_->Shutdown(std::chrono::system_clock::now()); }

  Follower Follow(int64_t after) {
    Follower follower;
    follower.context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    v1::WatchJobEventsRequest request;
    request.set_after_revision(after);
    follower.reader = stub_->WatchJobEvents(follower.context.get(), request);
    return follower;
  }
  FeedSignal& appended() { return appended_; }

 private:
  FeedSignal appended_;
  Streams streams_;
  Service service_{streams_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::JobEvents::Stub> stub_;
};

TEST(FeedStreamsTest, StreamsWhatIsThereAtOnceThenWhatComes) {
  Facts facts;
  facts.Append(10);
  Desk desk(facts);
  Follower follower = desk.Follow(4);
  EXPECT_EQ(follower.Next(), (std::vector<int64_t>{5, 6, 7}));
  EXPECT_TRUE(follower.ReadsUpTo(10, 8));

  facts.Append(1);
  desk.appended().Raise();

  EXPECT_TRUE(follower.ReadsUpTo(11, 11));
  follower.context->TryCancel();
}

TEST(FeedStreamsTest, StreamsOnlyWhatComesFromNowOnAndSaysSo) {
  Facts facts;
  facts.Append(10);
  Desk desk(facts);
  Follower follower = desk.Follow(-1);
  EXPECT_TRUE(follower.Next().empty());
  facts.Append(2);
  desk.appended().Raise();
  EXPECT_TRUE(follower.ReadsUpTo(12, 11));
  follower.context->TryCancel();
}

TEST(FeedStreamsTest, FindsWhatAnotherProcessAppended) {
  Facts facts;
  Desk desk(facts, {.look_every = milliseconds(1), .heartbeat = hours(1)});
  Follower follower = desk.Follow(0);
  EXPECT_TRUE(follower.Next().empty());
  facts.Append(1);
  EXPECT_EQ(follower.Next(), std::vector<int64_t>{1});
  follower.context->TryCancel();
}

TEST(FeedStreamsTest, ASlowReaderKeepsNobodyElseWaitingAndMissesNothing) {
  constexpr int64_t kMany = 60;
  Facts facts;
  facts.set_padding(256 << 10);
  Desk desk(facts);
  Follower slow = desk.Follow(0);
  Follower quick = desk.Follow(0);
  for (int64_t revision = 1; revision <= kMany; ++revision) {
    facts.Append(1);
    desk.appended().Raise();
    EXPECT_TRUE(quick.ReadsUpTo(revision, revision));
  }
  EXPECT_TRUE(slow.ReadsUpTo(kMany));
  for (Follower* follower : {&slow, &quick}) follower->context->TryCancel();
}

TEST(FeedStreamsTest, SaysNowAndThenThatNothingCame) {
  Facts facts;
  Desk desk(facts, {.look_every = milliseconds(1), .heartbeat = milliseconds(1)});
  Follower follower = desk.Follow(0);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(follower.Next().empty());
    EXPECT_TRUE(follower.alive);
  }
  follower.context->TryCancel();
}

TEST(FeedStreamsTest, EndsEveryStreamWhenTheServiceStops) {
  Facts facts;
  Desk desk(facts);
  Follower before = desk.Follow(0);
  EXPECT_TRUE(before.Next().empty());
  desk.appended().Close();
  EXPECT_THAT(before.End(), HasReason("SHUTTING_DOWN"));
  Follower after = desk.Follow(0);
  EXPECT_THAT(after.End(), HasReason("SHUTTING_DOWN"));
}

TEST(FeedStreamsTest, TellsWhyTheFeedCannotBeRead) {
  Facts facts;
  facts.Break(Error(absl::StatusCode::kOutOfRange, "REVISION_GONE", "is gone"));
  Desk desk(facts);
  Follower follower = desk.Follow(7);
  EXPECT_THAT(follower.End(), HasReason("REVISION_GONE"));
}

TEST(FeedStreamsTest, TakesSoManyReadersAndNoMore) {
  Facts facts;
  Desk desk(facts, {.look_every = hours(1), .heartbeat = hours(1), .most_readers = 1});
  Follower first = desk.Follow(0);
  EXPECT_TRUE(first.Next().empty());
  Follower second = desk.Follow(0);
  EXPECT_THAT(second.End(), HasReason("TOO_MANY_READERS"));
  first.context->TryCancel();
}

}  // namespace
}  // namespace callimport::feed
