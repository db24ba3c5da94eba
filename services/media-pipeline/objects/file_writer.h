// Appends to a file; what is long goes around the page cache.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "services/media-pipeline/objects/file_descriptor.h"

namespace callimport::media_pipeline {

// A recording is written once and read later, if at all: pages of it would push out what others
// use, and new pages are dear on a virtual machine. So from `kDirectFrom` on, whole blocks are
// written with O_DIRECT, where the file system knows that. One thread at a time.
class FileWriter {
 public:
  // Goes on behind what the file has, which is open for appending.
  FileWriter(FileDescriptor file, size_t size) : file_(std::move(file)), size_(size) {}

  absl::Status Append(std::string_view bytes);

  // Writes what is still held back: less than a block.
  absl::Status Flush();

  void Close() { file_.Close(); }

  static constexpr size_t kDirectFrom = size_t{1} << 20;
  static constexpr size_t kBlock = size_t{256} << 10;

 private:
  struct Freed {
    void operator()(char* block) const;
  };

  size_t ToNextBlock() const;
  absl::Status AppendPlainly(std::string_view bytes);
  absl::Status WriteBlock();
  bool TurnDirect(bool on) const;
  void BeginBlocks();

  FileDescriptor file_;
  size_t size_;  // of the file, without what is held back
  bool refused_ = false;
  std::unique_ptr<char, Freed> block_;
  size_t held_ = 0;
};

}  // namespace callimport::media_pipeline
