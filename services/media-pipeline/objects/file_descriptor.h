// A file that is closed when it goes out of scope, and what can go wrong with files in our words.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "libs/common/errors.h"

namespace callimport::media_pipeline {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor() { Close(); }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void Close() {
    if (is_open()) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

// What errno says about `what`. A full disk may have room later, so this is worth another try.
inline absl::Status FileError(const std::string& what) {
  const std::string why = std::generic_category().message(errno);
  return Error(absl::StatusCode::kUnavailable, "OBJECT_STORE_FAILED", what + ": " + why);
}

}  // namespace callimport::media_pipeline
