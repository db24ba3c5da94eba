#include "libs/clients/adapter_gateway/recordings_client.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <thread>

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

v1::DownloadMediaResponse Header() {
  v1::DownloadMediaResponse message;
  message.mutable_header()->set_content_length(6);
  return message;
}

v1::DownloadMediaResponse Data(const std::string& bytes) {
  v1::DownloadMediaResponse message;
  message.set_data(bytes);
  return message;
}

class RecordingsClientTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::MediaHeader> Download() {
    return client_->DownloadMedia(
        {},
        [this](const std::string& chunk) {
          received_ += chunk;
          return sink_status_;
        },
        stop_.get_token());
  }

  ScriptedGateway gateway_;
  testing::RpcServer server_{
      {&gateway_},
      {testing::Allow("callimport.adapter_gateway.v1.Recordings", "service/media-pipeline")},
      "adapter-gateway"};
  std::unique_ptr<RecordingsClient> client_ =
      MakeRecordingsClient(server_.ChannelOf("media-pipeline"));
  std::stop_source stop_;
  std::string received_;
  absl::Status sink_status_;
};

TEST_F(RecordingsClientTest, HandsOverChunksInOrder) {
  gateway_.download = [](auto&, auto& writer) {
    for (const auto& message : {Header(), Data("abc"), Data("def")}) writer.Write(message);
    return grpc::Status::OK;
  };
  const auto header = Download();
  ASSERT_THAT(header, IsOk());
  EXPECT_EQ(header->content_length(), 6);
  EXPECT_EQ(received_, "abcdef");
}

TEST_F(RecordingsClientTest, PassesOnTheReasonOfAnError) {
  gateway_.download = [](auto&, auto& writer) {
    writer.Write(Header());
    return rpc::ToGrpcStatus(Error(absl::StatusCode::kDataLoss, "RECORDING_TRUNCATED", "short"));
  };
  EXPECT_THAT(Download(), HasReason("RECORDING_TRUNCATED"));
}

TEST_F(RecordingsClientTest, RefusesDataBeforeItsHeader) {
  gateway_.download = [](auto&, auto& writer) {
    writer.Write(Data("abc"));
    return grpc::Status::OK;
  };
  EXPECT_THAT(Download(), HasReason("STREAM_OUT_OF_ORDER"));
}

// Streams until the client leaves.
grpc::Status StreamForEver(grpc::ServerContext& context,
                           grpc::ServerWriter<v1::DownloadMediaResponse>& writer) {
  writer.Write(Header());
  while (!context.IsCancelled() && writer.Write(Data("x"))) {
  }
  return grpc::Status::CANCELLED;
}

TEST_F(RecordingsClientTest, EndsTheDownloadWithTheErrorOfTheSink) {
  gateway_.download = StreamForEver;
  sink_status_ = Error(absl::StatusCode::kInvalidArgument, "NOT_MEDIA", "a page");
  EXPECT_THAT(Download(), HasReason("NOT_MEDIA"));
}

TEST_F(RecordingsClientTest, StopsAtOnceWhenToldTo) {
  std::atomic<bool> running = false;
  gateway_.download = [&](auto& context, auto& writer) {
    writer.Write(Header());
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
