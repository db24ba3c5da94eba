#include "services/media-pipeline/objects/sweeper.h"

#include <gmock/gmock.h>

#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/objects/filesystem_object_store.h"
#include "services/media-pipeline/objects/temporary_folder_fixture.h"

namespace callimport::media_pipeline {
namespace {

TEST(Sweeper, DeletesOldObjectsThatNobodyNeedsAndNoOthers) {
  const TemporaryFolder folder;
  const auto objects = *OpenFilesystemObjectStore(folder.path());
  for (const char* key : {"used", "unused"}) ASSERT_TRUE((*objects->Stage())->Keep(key).ok());
  testing::FakeClock clock(std::chrono::system_clock::now());
  Sweeper sweeper(*objects, [](const auto&) { return std::vector<std::string>{"used"}; }, clock);

  ASSERT_THAT(sweeper.Run(), testing::IsOk());
  EXPECT_TRUE(objects->Exists("unused")) << "younger than an hour";

  clock.Advance(std::chrono::minutes(61));
  ASSERT_THAT(sweeper.Run(), testing::IsOk());
  EXPECT_FALSE(objects->Exists("unused"));
  EXPECT_TRUE(objects->Exists("used"));
}

TEST(Sweeper, GivesUpBrokenUploadsAfterADay) {
  const TemporaryFolder folder;
  const auto objects = *OpenFilesystemObjectStore(folder.path());
  ASSERT_TRUE((*objects->Resume("upload"))->Append("half").ok());
  testing::FakeClock clock(std::chrono::system_clock::now());
  Sweeper sweeper(*objects, [](const auto& keys) { return keys; }, clock);

  clock.Advance(std::chrono::hours(23));
  ASSERT_THAT(sweeper.Run(), testing::IsOk());
  EXPECT_EQ(*objects->ResumableBytes("upload"), 4);

  clock.Advance(std::chrono::hours(2));
  ASSERT_THAT(sweeper.Run(), testing::IsOk());
  EXPECT_THAT(objects->ResumableBytes("upload"), testing::HasReason("OBJECT_NOT_FOUND"));
}

TEST(Sweeper, DeletesNothingWhenItCannotAsk) {
  const TemporaryFolder folder;
  const auto objects = *OpenFilesystemObjectStore(folder.path());
  ASSERT_TRUE((*objects->Stage())->Keep("k").ok());
  const testing::FakeClock later(std::chrono::system_clock::now() + std::chrono::hours(2));
  Sweeper sweeper(
      *objects, [](const auto&) { return absl::UnavailableError("no database"); }, later);

  EXPECT_THAT(sweeper.Run(), testing::HasCode(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(objects->Exists("k"));
}

}  // namespace
}  // namespace callimport::media_pipeline
