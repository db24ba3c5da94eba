// A recording of two gigabytes that breaks off in the middle: what has arrived is not sent again,
// and none of it stays in memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/crypto/digest.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;
using Uploads = pipeline::Uploads::Stub;

constexpr int64_t kBytes = int64_t{2} << 30;
constexpr size_t kChunk = 1 << 20;
constexpr int64_t kMayTakeBytes = int64_t{256} << 20;
constexpr char kUpload[] = "two-gigabytes";

void AddNumber(std::string& header, uint32_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) header += static_cast<char>(number >> (8 * i));
}

// Of silence, 16 kHz.
std::string WavHeader() {
  std::string header = "RIFF";
  AddNumber(header, static_cast<uint32_t>(kBytes - 8), 4);
  header += "WAVEfmt ";
  AddNumber(header, 16, 4);
  AddNumber(header, 1, 2);
  AddNumber(header, 1, 2);
  AddNumber(header, 16'000, 4);
  AddNumber(header, 32'000, 4);
  AddNumber(header, 2, 2);
  AddNumber(header, 16, 2);
  header += "data";
  AddNumber(header, static_cast<uint32_t>(kBytes - 44), 4);
  return header;
}

std::string ChunkAt(int64_t offset, int64_t end) {
  std::string chunk(static_cast<size_t>(std::min<int64_t>(kChunk, end - offset)), '\0');
  const std::string header = WavHeader();
  for (auto at = static_cast<size_t>(offset); at < header.size(); ++at) {
    chunk[at - static_cast<size_t>(offset)] = header[at];
  }
  return chunk;
}

int64_t PeakMemoryOf(const Process& process) {
  std::ifstream status(absl::StrCat("/proc/", process.pid(), "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return -1;
}

class LargeUploadTest : public ::testing::Test {
 protected:
  // Sends a part of it; then the stream ends, or breaks off.
  absl::StatusOr<pipeline::UploadRecordingResponse> Send(int64_t from, int64_t to) {
    grpc::ClientContext context;
    pipeline::UploadRecordingResponse response;
    const auto writer = uploads_->UploadRecording(&context, &response);
    pipeline::UploadRecordingRequest message;
    message.mutable_header()->set_workspace_id("acme");
    message.mutable_header()->set_file_name("long.wav");
    message.mutable_header()->set_upload_id(kUpload);
    message.mutable_header()->set_offset(from);
    bool heard = writer->Write(message);
    while (heard && from < to) {
      message.set_data(ChunkAt(from, to));
      from += static_cast<int64_t>(message.data().size());
      heard = writer->Write(message);
    }
    if (to < kBytes) {
      EXPECT_TRUE(Eventually(60s, [&] { return Received() > 0; }));
      context.TryCancel();
    } else {
      writer->WritesDone();
    }
    const absl::Status status = rpc::FromGrpcStatus(writer->Finish());
    if (!status.ok()) return status;
    return response;
  }

  int64_t Received() {
    pipeline::GetUploadRequest request;
    request.set_workspace_id("acme");
    request.set_upload_id(kUpload);
    const auto found = rpc::Invoke(*uploads_, &Uploads::GetUpload, request);
    return found.ok() ? found->received_bytes() : 0;
  }

  Suite suite_{QuickCalls(1)};
  const std::unique_ptr<Uploads> uploads_ =
      pipeline::Uploads::NewStub(suite_.ChannelTo("media-pipeline", "support-demo"));
};

TEST_F(LargeUploadTest, GoesOnWhereItBrokeOffAndStaysOutOfMemory) {
  EXPECT_FALSE(Send(0, kBytes / 2).ok());
  int64_t there = 0;
  absl::StatusOr<pipeline::UploadRecordingResponse> whole;
  // The server may not know yet that the stream before is gone.
  EXPECT_TRUE(Eventually(60s, [&] {
    there = Received();
    whole = Send(there, kBytes);
    return whole.ok() || ReasonOf(whole.status()) != "UPLOAD_UNDER_WAY";
  }));

  ASSERT_THAT(whole, IsOk());
  EXPECT_GT(there, int64_t{1} << 20);
  EXPECT_EQ(whole->size_bytes(), kBytes);
  crypto::Sha256Stream hash;
  for (int64_t at = 0; at < kBytes; at += kChunk) hash.Update(ChunkAt(at, kBytes));
  EXPECT_EQ(whole->sha256(), crypto::ToHex(hash.Finish()));
  EXPECT_LT(PeakMemoryOf(suite_.ProcessOf("media-pipeline")), kMayTakeBytes);
}

}  // namespace
}  // namespace callimport::e2e
