#include "services/media-pipeline/objects/file_writer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/objects/temporary_folder_fixture.h"

namespace callimport::media_pipeline {
namespace {

class FileWriterTest : public ::testing::Test {
 protected:
  FileDescriptor Open() const {
    return FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  }
  std::string Content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // No two blocks of it are alike.
  static std::string Recording(size_t bytes) {
    std::string recording(bytes, '\0');
    uint32_t state = 1;
    for (char& byte : recording)
      byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return recording;
  }
  static void AppendInPieces(FileWriter& writer, std::string_view bytes, size_t piece) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
      ASSERT_THAT(writer.Append(bytes.substr(0, piece)), testing::IsOk());
    }
  }
  bool GoesAroundThePageCache() const {
    return FileDescriptor(::open(path_.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC)).is_open();
  }

  const TemporaryFolder folder_;
  const std::string path_ = (folder_.path() / "recording").string();
};

TEST_F(FileWriterTest, WritesEveryByteWhateverThePieces) {
  const std::string recording = Recording(FileWriter::kDirectFrom + 3 * FileWriter::kBlock + 77);
  for (const size_t piece : {size_t{1000}, size_t{4096}, size_t{65536}, recording.size()}) {
    std::filesystem::remove(path_);
    FileWriter writer(Open(), 0);
    AppendInPieces(writer, recording, piece);
    ASSERT_THAT(writer.Flush(), testing::IsOk());
    EXPECT_EQ(Content(), recording) << "in pieces of " << piece;
  }
}

TEST_F(FileWriterTest, GoesOnAfterAFlushAtAnyByte) {
  const std::string recording = Recording(2 * FileWriter::kDirectFrom + 5);
  const size_t half = FileWriter::kDirectFrom + FileWriter::kBlock + 1;
  FileWriter writer(Open(), 0);
  ASSERT_THAT(writer.Append(recording.substr(0, half)), testing::IsOk());
  ASSERT_THAT(writer.Flush(), testing::IsOk());
  EXPECT_EQ(Content(), recording.substr(0, half));

  ASSERT_THAT(writer.Append(recording.substr(half)), testing::IsOk());
  ASSERT_THAT(writer.Flush(), testing::IsOk());
  EXPECT_EQ(Content(), recording);
}

TEST_F(FileWriterTest, GoesOnBehindWhatAnotherLeft) {
  const std::string recording = Recording(FileWriter::kDirectFrom + 2 * FileWriter::kBlock);
  const size_t left = FileWriter::kDirectFrom + 10;
  std::ofstream(path_, std::ios::binary) << recording.substr(0, left);

  FileWriter writer(Open(), left);
  ASSERT_THAT(writer.Append(recording.substr(left)), testing::IsOk());
  ASSERT_THAT(writer.Flush(), testing::IsOk());
  EXPECT_EQ(Content(), recording);
}

TEST_F(FileWriterTest, LeavesThePageCacheOutOnceARecordingIsLong) {
  FileDescriptor file = Open();
  const int fd = file.get();
  if (!GoesAroundThePageCache()) GTEST_SKIP() << "this file system knows no O_DIRECT";
  FileWriter writer(std::move(file), 0);

  ASSERT_THAT(writer.Append(Recording(FileWriter::kDirectFrom - 1)), testing::IsOk());
  EXPECT_FALSE(::fcntl(fd, F_GETFL) & O_DIRECT);
  ASSERT_THAT(writer.Append(Recording(FileWriter::kBlock + 1)), testing::IsOk());
  EXPECT_TRUE(::fcntl(fd, F_GETFL) & O_DIRECT);
}

TEST_F(FileWriterTest, SaysWhenTheDiskRefuses) {
  FileWriter writer(FileDescriptor(::open("/dev/full", O_WRONLY | O_CLOEXEC)), 0);
  EXPECT_THAT(writer.Append("recording"), testing::HasReason("OBJECT_STORE_FAILED"));
}

}  // namespace
}  // namespace callimport::media_pipeline
