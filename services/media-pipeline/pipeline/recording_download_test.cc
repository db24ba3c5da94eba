#include "services/media-pipeline/pipeline/recording_download.h"

#include <gtest/gtest.h>

#include <map>

#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/objects/filesystem_object_store.h"
#include "services/media-pipeline/objects/sample_recording_fixture.h"
#include "services/media-pipeline/objects/temporary_folder_fixture.h"

namespace callimport::media_pipeline {
namespace {

using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

class RecordingDownloadTest : public ::testing::Test {
 protected:
  static CallPtr MakeCall(const std::string& id) {
    job_scheduler::v1::LeasedCall call;
    call.mutable_lease()->set_call_id(id);
    call.set_workspace_id("acme");
    return std::make_shared<CallInHand>(std::move(call));
  }

  void Arrive(size_t index, const std::string& content) {
    adapter_gateway::v1::MediaHeader header;
    header.set_content_length(static_cast<int64_t>(content.size()));
    download_.OnHeader(index, header);
    download_.OnData(index, content);
    download_.OnEnd(index, absl::OkStatus());
  }

  const TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> objects_ = *OpenFilesystemObjectStore(folder_.path());
  const CallPtr first_ = MakeCall("first"), second_ = MakeCall("second");
  std::map<std::string, RecordingDownload::Recording> arrived_;
  RecordingDownload download_{{first_, second_}, *objects_, [this](const auto& call, auto what) {
                                EXPECT_TRUE(arrived_.emplace(call->lease.call_id(), what).second);
                              }};
};

TEST_F(RecordingDownloadTest, HandsOverEachRecordingAsSoonAsItIsComplete) {
  Arrive(1, SampleWav(1));

  ASSERT_EQ(arrived_.size(), 1u);
  ASSERT_THAT(arrived_.at("second"), IsOk());
  EXPECT_TRUE(objects_->Exists((*arrived_.at("second"))->object_key));
  EXPECT_FALSE(download_.unneeded().stop_requested());

  Arrive(0, SampleWav(2));

  EXPECT_THAT(arrived_.at("first"), IsOk());
  EXPECT_TRUE(download_.unneeded().stop_requested());
}

TEST_F(RecordingDownloadTest, RefusesOneByItsFirstBytesAndTakesTheOther) {
  download_.OnHeader(0, {});
  download_.OnData(0, "<!DOCTYPE html><html>please sign in first, and so on</html>");
  EXPECT_THAT(arrived_.at("first"), HasReason("NOT_MEDIA"));
  download_.OnData(0, "more of it");
  download_.OnEnd(0, absl::OkStatus());

  Arrive(1, SampleWav(1));

  EXPECT_THAT(arrived_.at("second"), IsOk());
}

TEST_F(RecordingDownloadTest, FindsThatARecordingIsShorterThanAnnounced) {
  adapter_gateway::v1::MediaHeader header;
  header.set_content_length(1'000'000);
  download_.OnHeader(0, header);
  download_.OnData(0, SampleWav(1));
  download_.OnEnd(0, absl::OkStatus());

  EXPECT_THAT(arrived_.at("first"), HasReason("RECORDING_TRUNCATED"));
}

TEST_F(RecordingDownloadTest, AMissingRecordingIsNoError) {
  download_.OnEnd(0, Error(absl::StatusCode::kNotFound, "RECORDING_MISSING", "none"));

  ASSERT_THAT(arrived_.at("first"), IsOk());
  EXPECT_FALSE(arrived_.at("first")->has_value());
}

TEST_F(RecordingDownloadTest, KeepsNothingOfADroppedCall) {
  first_->stop.request_stop();
  Arrive(0, SampleWav(1));
  Arrive(1, SampleWav(2));

  EXPECT_THAT(arrived_.at("first"), HasCode(absl::StatusCode::kCancelled));
  EXPECT_THAT(arrived_.at("second"), IsOk());
}

TEST_F(RecordingDownloadTest, IsUnneededOnceEveryCallWasDropped) {
  first_->stop.request_stop();
  EXPECT_FALSE(download_.unneeded().stop_requested());
  second_->stop.request_stop();
  EXPECT_TRUE(download_.unneeded().stop_requested());
}

TEST_F(RecordingDownloadTest, WhatHasNotEndedGetsTheErrorOfTheWhole) {
  Arrive(1, SampleWav(1));

  download_.EndAll(absl::UnavailableError("the gateway went"));

  EXPECT_THAT(arrived_.at("first"), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(arrived_.at("second"), IsOk());
}

}  // namespace
}  // namespace callimport::media_pipeline
