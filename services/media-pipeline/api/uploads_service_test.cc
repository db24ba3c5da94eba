#include "services/media-pipeline/api/uploads_service.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include "libs/common/errors.h"
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
  EXPECT_EQ(queue_.uploaded_by().kind(), common::v1::Actor::KIND_SUPPORT);
  EXPECT_EQ(queue_.uploaded_by().name(), "demo");
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

class ResumedUploadTest : public UploadsServiceTest {
 protected:
  static std::vector<v1::UploadRecordingRequest> Messages(const std::string& content,
                                                          int64_t offset) {
    std::vector<v1::UploadRecordingRequest> messages(2);
    messages[0].mutable_header()->set_workspace_id("acme");
    messages[0].mutable_header()->set_file_name("call.wav");
    messages[0].mutable_header()->set_upload_id("upload-1");
    messages[0].mutable_header()->set_offset(offset);
    messages[1].set_data(content);
    return messages;
  }

  // Sends the first bytes, and is gone.
  void BreakOffAfter(const std::string& content, int64_t offset = 0) {
    grpc::ClientContext context;
    v1::UploadRecordingResponse response;
    const auto writer = uploads_->UploadRecording(&context, &response);
    for (const auto& message : Messages(content, offset)) ASSERT_TRUE(writer->Write(message));
    const auto there = static_cast<int64_t>(content.size()) + offset;
    while (Received("acme").value_or(0) < there) std::this_thread::yield();
    context.TryCancel();
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }

  absl::StatusOr<int64_t> Received(const std::string& workspace) {
    grpc::ClientContext context;
    v1::GetUploadRequest request;
    request.set_workspace_id(workspace);
    request.set_upload_id("upload-1");
    v1::GetUploadResponse response;
    const absl::Status status =
        rpc::FromGrpcStatus(uploads_->GetUpload(&context, request, &response));
    if (!status.ok()) return status;
    return response.received_bytes();
  }

  // The server may not know yet that the one before is gone.
  absl::StatusOr<v1::UploadRecordingResponse> GoOn(const std::string& content, int64_t offset) {
    auto response = Send(*uploads_, Messages(content, offset));
    while (ReasonOf(response.status()) == "UPLOAD_UNDER_WAY") {
      response = Send(*uploads_, Messages(content, offset));
    }
    return response;
  }
};

TEST_F(ResumedUploadTest, GoesOnWhereItBrokeOff) {
  const std::string wav = SampleWav(1);
  EXPECT_THAT(Received("acme"), HasReason("UPLOAD_NOT_FOUND"));
  BreakOffAfter(wav.substr(0, 3'000));
  EXPECT_THAT(GoOn(wav.substr(2'000), 2'000), HasReason("OFFSET_MISMATCH"));
  BreakOffAfter(wav.substr(3'000, 5'000), 3'000);
  EXPECT_EQ(*Received("acme"), 8'000);
  EXPECT_EQ(taken_in_, 0);

  const auto response = GoOn(wav.substr(8'000), 8'000);

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->size_bytes(), static_cast<int64_t>(wav.size()));
  EXPECT_EQ(response->sha256(), crypto::ToHex(crypto::Sha256(wav)));
  EXPECT_EQ(taken_in_, 1);
  EXPECT_EQ(FilesLeft(), 1U);
  EXPECT_THAT(Received("acme"), HasReason("UPLOAD_NOT_FOUND"));
}

TEST_F(ResumedUploadTest, IsNobodyElsesBusiness) {
  BreakOffAfter(SampleWav(1).substr(0, 3'000));
  EXPECT_THAT(Received("other"), HasReason("UPLOAD_NOT_FOUND"));
}

TEST_F(ResumedUploadTest, LeavesNothingOfWhatItRefuses) {
  EXPECT_THAT(GoOn(std::string(100'000, 'a'), 0), HasReason("NOT_MEDIA"));
  EXPECT_THAT(GoOn("RIFF", 0), HasReason("NOT_MEDIA"));
  EXPECT_EQ(FilesLeft(), 0U);
}

TEST_F(ResumedUploadTest, SaysWhatIsWrongWithItsHeader) {
  EXPECT_THAT(Send(*uploads_, Messages("x", -1)), HasReason("INVALID_REQUEST"));
  auto messages = Messages("x", 5);
  messages[0].mutable_header()->clear_upload_id();
  EXPECT_THAT(Send(*uploads_, messages), HasReason("INVALID_REQUEST"));
  messages[0].mutable_header()->set_upload_id("../x");
  EXPECT_THAT(Send(*uploads_, messages), HasReason("INVALID_REQUEST"));
}

TEST_F(UploadsServiceTest, TakesManyAtOnceEachAsARecordingOfItsOwn) {
  std::mutex mutex;
  std::set<std::string> recordings;
  {
    std::vector<std::jthread> people;
    people.reserve(UploadsService::kAtOnce);
    for (int i = 0; i < UploadsService::kAtOnce; ++i) {
      people.emplace_back([&, i] {
        const auto response = Upload(SampleWav(i));
        ASSERT_THAT(response, IsOk());
        std::lock_guard lock(mutex);
        recordings.insert(response->sha256());
      });
    }
  }
  EXPECT_EQ(recordings.size(), static_cast<size_t>(UploadsService::kAtOnce));
  EXPECT_EQ(taken_in_, UploadsService::kAtOnce);
}

TEST_F(UploadsServiceTest, AsksAWorkspaceThatSendsTooManyAtOnceToWait) {
  struct Open {
    grpc::ClientContext context;
    v1::UploadRecordingResponse response;
    std::unique_ptr<grpc::ClientWriter<v1::UploadRecordingRequest>> writer;
  };
  std::vector<std::unique_ptr<Open>> open;
  open.reserve(UploadsService::kAtOnce);
  v1::UploadRecordingRequest header;
  header.mutable_header()->set_workspace_id("acme");
  header.mutable_header()->set_file_name("call.wav");
  for (int i = 0; i < UploadsService::kAtOnce; ++i) {
    open.push_back(std::make_unique<Open>());
    open.back()->writer = uploads_->UploadRecording(&open.back()->context, &open.back()->response);
    ASSERT_TRUE(open.back()->writer->Write(header));
  }
  // Each has begun when its file is there.
  while (FilesLeft() < open.size()) std::this_thread::yield();

  EXPECT_THAT(Upload(SampleWav(1)), HasReason("TOO_MANY_UPLOADS"));
  EXPECT_THAT(Upload(SampleWav(1), "other"), IsOk());

  for (const auto& each : open) each->context.TryCancel();
  for (const auto& each : open) each->writer->Finish();
  absl::StatusOr<v1::UploadRecordingResponse> later = Upload(SampleWav(1));
  while (ReasonOf(later.status()) == "TOO_MANY_UPLOADS") later = Upload(SampleWav(1));
  EXPECT_THAT(later, IsOk());
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
