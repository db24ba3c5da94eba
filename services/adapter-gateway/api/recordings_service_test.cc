#include "services/adapter-gateway/api/recordings_service.h"

#include <gtest/gtest.h>

#include <thread>

#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/api/gateway_services_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

TEST_F(GatewayServicesTest, StreamsARecordingInLargeChunksBehindItsHeader) {
  const Downloaded result = Download("c1", "7");

  ASSERT_THAT(result.status, IsOk());
  EXPECT_EQ(result.header.content_type(), "audio/wav");
  EXPECT_EQ(result.header.content_length(), 600'000);
  EXPECT_EQ(result.chunks, (std::vector<size_t>{262'144, 262'144, 75'712}));
  EXPECT_EQ(result.data, recording_);
}

TEST_F(GatewayServicesTest, SendsASmallRecordingAsOneChunk) {
  recording_ = std::string(65'536, 's');

  EXPECT_EQ(Download("c1", "7").chunks, std::vector<size_t>{65'536});
}

TEST_F(GatewayServicesTest, StreamsNothingForAnEmptyRecording) {
  recording_.clear();

  const Downloaded result = Download("c1", "7");

  EXPECT_THAT(result.status, IsOk());
  EXPECT_TRUE(result.chunks.empty());
}

TEST_F(GatewayServicesTest, TellsWhatIsMissing) {
  EXPECT_THAT(Download("c1", "12").status, HasReason("RECORDING_MISSING"));
  EXPECT_THAT(Download("c9", "7").status, HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_THAT(Download("c1", "").status, HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(GatewayServicesTest, SendsWhatThereIsWhenOneRecordingIsMissing) {
  const std::vector<Downloaded> results = DownloadAll("c1", {"12", "7"});

  EXPECT_THAT(results[0].status, HasReason("RECORDING_MISSING"));
  EXPECT_THAT(results[1].status, IsOk());
  EXPECT_EQ(results[1].data, recording_);
}

TEST_F(GatewayServicesTest, AsksTheVaultAgainOnceTheVendorRefusesAKey) {
  vault_.Put("acme", "c1", "gong", {{"access_key", "bad"}});
  EXPECT_THAT(Download("c1", "7").status, HasReason("INVALID_KEY"));
  vault_.Put("acme", "c1", "gong", {{"access_key", "good"}});

  EXPECT_THAT(Download("c1", "7").status, IsOk());
}

TEST_F(GatewayServicesTest, BatchesTheLookUpsOfConcurrentDownloads) {
  recording_ = "short";
  constexpr int kDownloads = 24;
  std::atomic<int> fine{0};

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kDownloads; ++i) {
      threads.emplace_back([&] {
        if (Download("c1", "7").status.ok()) ++fine;
      });
    }
  }

  EXPECT_EQ(fine, kDownloads);
  int look_ups = 0;
  for (const http::Request& request : http_.requests()) {
    if (request.url.ends_with("/extensive")) ++look_ups;
  }
  EXPECT_LT(look_ups, kDownloads / 2);
}

TEST_F(GatewayServicesTest, GivesTranscriptsOfThoseThatHaveOne) {
  v1::GetTranscriptsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  request.add_source_call_ids("7");
  request.add_source_call_ids("8");

  const auto response =
      rpc::Invoke(*recordings_stub_, &v1::Recordings::Stub::GetTranscripts, request);

  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->transcripts_size(), 1);
  EXPECT_EQ(response->transcripts(0).transcript().segments(0).text(), "hi");
}

TEST_F(GatewayServicesTest, RefusesRepeatedIds) {
  v1::GetTranscriptsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id("c1");
  request.add_source_call_ids("7");
  request.add_source_call_ids("7");

  EXPECT_THAT(rpc::Invoke(*recordings_stub_, &v1::Recordings::Stub::GetTranscripts, request),
              HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace callimport::adapter_gateway
