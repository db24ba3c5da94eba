#include "services/media-pipeline/objects/recording_intake.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/objects/filesystem_object_store.h"
#include "services/media-pipeline/objects/sample_recording_fixture.h"
#include "services/media-pipeline/objects/temporary_folder_fixture.h"

namespace callimport::media_pipeline {
namespace {

using testing::HasReason;
using testing::IsOk;

class RecordingIntakeTest : public ::testing::Test {
 protected:
  absl::StatusOr<StoredRecording> TakeInPieces(const std::string& content, size_t piece) {
    absl::StatusOr<RecordingIntake> intake = RecordingIntake::Begin(*objects_);
    for (size_t at = 0; at < content.size(); at += piece) {
      const absl::Status taken = intake->Take(content.substr(at, piece));
      if (!taken.ok()) return taken;
    }
    return intake->Finish("acme");
  }

  size_t FilesLeft() const {
    size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.is_regular_file()) ++files;
    }
    return files;
  }

  const TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> objects_ = *OpenFilesystemObjectStore(folder_.path());
};

TEST_F(RecordingIntakeTest, HashesCountsAndRecognisesWhatFlowsBy) {
  const std::string wav = SampleWav(1);

  const auto recording = TakeInPieces(wav, 1000);

  ASSERT_THAT(recording, IsOk());
  EXPECT_EQ(recording->sha256, crypto::Sha256(wav));
  EXPECT_EQ(recording->size_bytes, static_cast<int64_t>(wav.size()));
  EXPECT_EQ(recording->content_type, "audio/wav");
  EXPECT_EQ(recording->duration, std::chrono::seconds(1));
  EXPECT_EQ(*objects_->Read(recording->object_key, 0, 1'000'000), wav);
}

TEST_F(RecordingIntakeTest, KeepsTheSameContentOnce) {
  EXPECT_EQ(TakeInPieces(SampleWav(1), 100)->object_key,
            TakeInPieces(SampleWav(1), 7000)->object_key);
  EXPECT_EQ(FilesLeft(), 1U);
}

TEST_F(RecordingIntakeTest, RefusesAPageByItsFirstBytes) {
  absl::StatusOr<RecordingIntake> intake = RecordingIntake::Begin(*objects_);
  EXPECT_THAT(intake->Take("<!DOCTYPE html><html><body>Sign in to go on</body></html>      "),
              HasReason("NOT_MEDIA"));
}

TEST_F(RecordingIntakeTest, LeavesNothingOfWhatItRefuses) {
  EXPECT_THAT(TakeInPieces("", 1), HasReason("EMPTY_RECORDING"));
  EXPECT_THAT(TakeInPieces(SampleWav(1).substr(0, 9000), 512), HasReason("RECORDING_TRUNCATED"));
  EXPECT_THAT(TakeInPieces(std::string(5000, 'x'), 512), HasReason("NOT_MEDIA"));
  EXPECT_EQ(FilesLeft(), 0U);
}

}  // namespace
}  // namespace callimport::media_pipeline
