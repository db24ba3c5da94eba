#include "services/media-pipeline/api/uploads_service.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "libs/crypto/digest.h"
#include "libs/rpc/status.h"
#include "services/media-pipeline/api/served_fixture.h"

namespace callimport::media_pipeline {
namespace {

using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

class UploadsServiceTest : public Served {
 protected:
  absl::StatusOr<v1::UploadRecordingResponse> Upload(const std::string& content,
                                                     const std::string& workspace = "acme",
                                                     const std::string& name = "call.wav") {
    std::vector<v1::UploadRecordingRequest> messages(1);
    messages[0].mutable_header()->set_workspace_id(workspace);
    messages[0].mutable_header()->set_file_name(name);
    for (size_t at = 0; at < content.size(); at += 5000) {
      messages.emplace_back().set_data(content.substr(at, 5000));
    }
    return Send(*uploads_, messages);
  }

  absl::StatusOr<v1::UploadRecordingResponse> Send(
      v1::Uploads::Stub& stub, const std::vector<v1::UploadRecordingRequest>& messages) {
    grpc::ClientContext context;
    v1::UploadRecordingResponse response;
    const auto writer = stub.UploadRecording(&context, &response);
    for (const auto& message : messages) {
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    const absl::Status status = rpc::FromGrpcStatus(writer->Finish());
    if (!status.ok()) return status;
    return response;
  }

  size_t FilesLeft() const {
    size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.is_regular_file()) ++files;
    }
    return files;
  }
};

TEST_F(UploadsServiceTest, StoresChecksAndRegistersARecording) {
  const std::string wav = SampleWav(1);

  const auto response = Upload(wav);

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->job_id(), "upload-job");
  EXPECT_FALSE(response->duplicate());
  EXPECT_EQ(response->size_bytes(), static_cast<int64_t>(wav.size()));
  EXPECT_EQ(response->sha256(), crypto::ToHex(crypto::Sha256(wav)));
  EXPECT_EQ(response->content_type(), "audio/wav");
  EXPECT_EQ(taken_in_, 1);
  const auto stored = *deliveries_.FindUpload("acme", crypto::Sha256(wav));
  EXPECT_EQ(*objects_->Read(stored->object_key, 0, 1'000'000), wav);
}

TEST_F(UploadsServiceTest, ReportsTheSameContentAsADuplicate) {
  ASSERT_THAT(Upload(SampleWav(1)), IsOk());
  EXPECT_TRUE(Upload(SampleWav(1), "acme", "other name.wav")->duplicate());
  EXPECT_EQ(taken_in_, 1);
  EXPECT_EQ(FilesLeft(), 1U);
}

TEST_F(UploadsServiceTest, TakesTheSameContentAsAnotherCallWhenThatIsWanted) {
  ASSERT_THAT(Upload(SampleWav(1)), IsOk());
  std::vector<v1::UploadRecordingRequest> messages(2);
  messages[0].mutable_header()->set_workspace_id("acme");
  messages[0].mutable_header()->set_file_name("again.wav");
  messages[0].mutable_header()->set_allow_duplicate(true);
  messages[1].set_data(SampleWav(1));

  const auto again = Send(*uploads_, messages);

  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(again->duplicate());
  EXPECT_EQ(taken_in_, 2);
  EXPECT_EQ(FilesLeft(), 1U);
}

TEST_F(UploadsServiceTest, LeavesNothingOfWhatItRefuses) {
  EXPECT_THAT(Upload(""), HasReason("EMPTY_RECORDING"));
  EXPECT_THAT(Upload(std::string(100'000, 'a')), HasReason("NOT_MEDIA"));
  EXPECT_THAT(Upload(SampleWav(1).substr(0, 9000)), HasReason("RECORDING_TRUNCATED"));
  EXPECT_EQ(FilesLeft(), 0U);
  EXPECT_EQ(taken_in_, 0);
}

TEST_F(UploadsServiceTest, SaysEverythingThatIsWrongWithTheHeader) {
  EXPECT_THAT(Upload(SampleWav(1), "no such/name", ""), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Send(*uploads_, {}), HasReason("INVALID_REQUEST"));
}

TEST_F(UploadsServiceTest, RefusesASecondHeader) {
  v1::UploadRecordingRequest header;
  header.mutable_header()->set_workspace_id("acme");
  header.mutable_header()->set_file_name("call.wav");
  EXPECT_THAT(Send(*uploads_, {header, header}), HasReason("INVALID_REQUEST"));
}

TEST_F(UploadsServiceTest, KeepsPeopleInTheirOwnWorkspace) {
  const auto admin = v1::Uploads::NewStub(server_.ChannelOf("workspace-admin-acme"));
  v1::UploadRecordingRequest header;
  header.mutable_header()->set_workspace_id("other");
  header.mutable_header()->set_file_name("call.wav");
  EXPECT_THAT(Send(*admin, {header}), HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace callimport::media_pipeline
