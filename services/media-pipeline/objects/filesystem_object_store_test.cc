#include "services/media-pipeline/objects/filesystem_object_store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "services/media-pipeline/objects/object_store_contract.h"
#include "services/media-pipeline/objects/temporary_folder_fixture.h"

namespace callimport::media_pipeline {
namespace {

std::unique_ptr<ObjectStore> OpenEmpty() {
  static int opened = 0;
  static const TemporaryFolder folder;
  return *OpenFilesystemObjectStore(folder.path() / std::to_string(++opened));
}

INSTANTIATE_TEST_SUITE_P(Filesystem, ObjectStoreContract, ::testing::Values(OpenEmpty));

TEST(FilesystemObjectStore, SaysWhyAFolderCannotBeUsed) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "file";
  std::ofstream(file) << "not a folder";

  const auto store = OpenFilesystemObjectStore(file);

  EXPECT_THAT(store, testing::HasReason("OBJECT_DIR_UNUSABLE"));
}

TEST(FilesystemObjectStore, HasRoomForSoManyThatWereBrokenOff) {
  const TemporaryFolder folder;
  const auto store = *OpenFilesystemObjectStore(folder.path(), {.files = 2, .bytes = 10});
  ASSERT_THAT((*store->Resume("one"))->Append("1"), testing::IsOk());
  ASSERT_THAT((*store->Resume("two"))->Append("2"), testing::IsOk());

  EXPECT_THAT(store->Resume("three"), testing::HasReason("STAGE_FULL"));
  EXPECT_THAT(store->Resume("two"), testing::IsOk());
  (*store->Resume("one"))->Discard();
  ASSERT_THAT((*store->Resume("two"))->Append("a long one"), testing::IsOk());
  EXPECT_THAT(store->Resume("three"), testing::HasReason("STAGE_FULL"));
}

TEST(FilesystemObjectStore, DropsWhatADeadWriterLeft) {
  const TemporaryFolder folder;
  const auto store = *OpenFilesystemObjectStore(folder.path());
  const auto left = folder.path() / "staged" / "a" / "left";
  std::ofstream(left) << "half a recording";

  const auto now = std::chrono::system_clock::now();
  EXPECT_EQ(*store->DropStagedBefore(now - std::chrono::hours(1)), 0);
  EXPECT_EQ(*store->DropStagedBefore(now + std::chrono::hours(1)), 1);
  EXPECT_FALSE(std::filesystem::exists(left));
}

}  // namespace
}  // namespace callimport::media_pipeline
