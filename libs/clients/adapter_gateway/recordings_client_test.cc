#include "libs/clients/adapter_gateway/recordings_client.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "callimport/adapter_gateway/v1/recordings.grpc.pb.h"
#include "libs/common/errors.h"
#include "libs/rpc/status.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

// Streams what the test says.
class ScriptedGateway : public v1::Recordings::Service {
 public:
  std::function<grpc::Status(grpc::ServerContext&, grpc::ServerWriter<v1::DownloadMediaResponse>&)>
      download;

  grpc::Status DownloadMedia(grpc::ServerContext* context, const v1::DownloadMediaRequest*,
                             grpc::ServerWriter<v1::DownloadMediaResponse>* writer) override {
    return download(*context, *writer);
  }
};

v1::MediaPart Header(int index) {
  v1::MediaPart part;
  part.set_index(index);
  part.mutable_header()->set_content_length(6);
  return part;
}

v1::MediaPart Data(int index, const std::string& bytes) {
  v1::MediaPart part;
  part.set_index(index);
  part.set_data(bytes);
  return part;
}

v1::MediaPart End(int index) {
  v1::MediaPart part;
  part.set_index(index);
  part.mutable_end();
  return part;
}

v1::DownloadMediaResponse Message(const std::vector<v1::MediaPart>& parts) {
  v1::DownloadMediaResponse message;
  for (const v1::MediaPart& part : parts) *message.add_parts() = part;
  return message;
}

struct Received : MediaSink {
  void OnHeader(size_t index, const v1::MediaHeader& header) override { headers[index] = header; }
  void OnData(size_t index, const std::string& bytes) override { data[index] += bytes; }
  void OnEnd(size_t index, const absl::Status& status) override { ends[index] = status; }

  std::map<size_t, v1::MediaHeader> headers;
  std::map<size_t, std::string> data;
  std::map<size_t, absl::Status> ends;
};

class RecordingsClientTest : public ::testing::Test {
 protected:
  // Two recordings.
  absl::Status Download() {
    v1::DownloadMediaRequest request;
    request.add_source_call_ids("a");
    request.add_source_call_ids("b");
    return client_->DownloadMedia(request, received_, stop_.get_token());
  }

  void Answer(const std::vector<v1::DownloadMediaResponse>& messages) {
    gateway_.download = [messages](auto&, auto& writer) {
      for (const auto& message : messages) writer.Write(message);
      return grpc::Status::OK;
    };
  }

  ScriptedGateway gateway_;
  testing::RpcServer server_{
      {&gateway_},
      {testing::Allow("callimport.adapter_gateway.v1.Recordings", "service/media-pipeline")},
      "adapter-gateway"};
  std::unique_ptr<RecordingsClient> client_ =
      MakeRecordingsClient(server_.ChannelOf("media-pipeline"));
  std::stop_source stop_;
  Received received_;
};

TEST_F(RecordingsClientTest, HandsOverTheRecordingsPieceByPiece) {
  Answer({Message({Header(1), Data(1, "abc"), Header(0)}), Message({Data(0, "xyz"), End(0)}),
          Message({Data(1, "def"), End(1)})});

  EXPECT_THAT(Download(), IsOk());

  EXPECT_EQ(received_.headers[1].content_length(), 6);
  EXPECT_EQ(received_.data[0], "xyz");
  EXPECT_EQ(received_.data[1], "abcdef");
  EXPECT_THAT(received_.ends[0], IsOk());
  EXPECT_THAT(received_.ends[1], IsOk());
}

TEST_F(RecordingsClientTest, HandsOverWhyOneOfThemFailed) {
  v1::MediaPart failed = End(1);
  v1::MediaFailure& failure = *failed.mutable_end()->mutable_failure();
  failure.set_code(static_cast<int>(absl::StatusCode::kResourceExhausted));
  failure.set_reason("QUOTA_EXHAUSTED");
  failure.set_message("slow down");
  failure.mutable_retry_delay()->set_seconds(5);
  Answer({Message({Header(0), End(0), failed})});

  EXPECT_THAT(Download(), IsOk());

  EXPECT_THAT(received_.ends[0], IsOk());
  EXPECT_THAT(received_.ends[1], HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(received_.ends[1], HasReason("QUOTA_EXHAUSTED"));
  EXPECT_EQ(RetryDelayOf(received_.ends[1]), std::chrono::seconds(5));
}

TEST_F(RecordingsClientTest, PassesOnTheReasonOfAnErrorOfTheRpc) {
  gateway_.download = [](auto&, auto&) {
    return rpc::ToGrpcStatus(
        Error(absl::StatusCode::kNotFound, "CREDENTIAL_NOT_FOUND", "no such credential"));
  };

  EXPECT_THAT(Download(), HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_TRUE(received_.ends.empty());
}

TEST_F(RecordingsClientTest, RefusesAStreamThatBreaksItsPromises) {
  const std::vector<std::vector<v1::MediaPart>> wrong = {
      {Data(0, "no header"), End(0), Header(1), End(1)},
      {End(0), Header(1), End(1)},
      {Header(0), Header(0), End(0), Header(1), End(1)},
      {Header(0), End(0), Data(0, "after the end"), Header(1), End(1)},
      {Header(0), End(0), Header(1), End(1), Header(2), End(2)},
      {Header(0), End(0), Header(1), Data(1, "no end")},
  };
  for (const auto& parts : wrong) {
    Answer({Message(parts)});
    EXPECT_THAT(Download(), HasReason("STREAM_OUT_OF_ORDER")) << Message(parts).ShortDebugString();
  }
}

TEST_F(RecordingsClientTest, StopsAtOnceWhenToldTo) {
  std::atomic<bool> running = false;
  gateway_.download = [&](auto& context, auto& writer) {
    writer.Write(Message({Header(0)}));
    running = true;
    running.notify_all();
    while (!context.IsCancelled()) std::this_thread::yield();
    return grpc::Status::CANCELLED;
  };
  std::thread stopper([&] {
    running.wait(false);
    stop_.request_stop();
  });
  EXPECT_THAT(Download(), HasCode(absl::StatusCode::kCancelled));
  stopper.join();
}

}  // namespace
}  // namespace callimport::adapter_gateway
