// A recording on this machine's disk.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/media-pipeline/decoding/byte_source.h"

namespace callimport::media_pipeline {

class FileByteSource final : public ByteSource {
 public:
  // UNAVAILABLE when the file cannot be opened.
  static absl::StatusOr<std::unique_ptr<FileByteSource>> Open(const std::string& path);
  ~FileByteSource() override;
  FileByteSource(const FileByteSource&) = delete;
  FileByteSource& operator=(const FileByteSource&) = delete;

  uint64_t size() const override { return size_; }
  std::string Read(uint64_t offset, size_t length) override;

  // Whether every read so far got what the disk should hold; a verdict on less would be unjust.
  bool sound() const { return sound_; }

 private:
  FileByteSource(int descriptor, uint64_t size) : descriptor_(descriptor), size_(size) {}

  int descriptor_;
  uint64_t size_;
  bool sound_ = true;
};

}  // namespace callimport::media_pipeline
