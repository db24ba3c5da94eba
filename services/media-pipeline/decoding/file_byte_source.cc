#include "services/media-pipeline/decoding/file_byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libs/common/errors.h"

namespace callimport::media_pipeline {
namespace {

absl::Status Unreadable(int error) {
  return Error(absl::StatusCode::kUnavailable, "RECORDING_UNREADABLE",
               std::string("the stored recording cannot be read: ") + std::strerror(error));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileByteSource>> FileByteSource::Open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Unreadable(errno);

  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return Unreadable(EIO);
  }
  return std::unique_ptr<FileByteSource>(
      new FileByteSource(descriptor, static_cast<uint64_t>(status.st_size)));
}

FileByteSource::~FileByteSource() { ::close(descriptor_); }

std::string FileByteSource::Read(uint64_t offset, size_t length) {
  if (offset >= size_) return {};
  std::string bytes(static_cast<size_t>(std::min<uint64_t>(length, size_ - offset)), '\0');
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::pread(descriptor_, bytes.data() + filled, bytes.size() - filled,
                                static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<size_t>(got);
  }
  sound_ &= filled == bytes.size();
  bytes.resize(filled);
  return bytes;
}

}  // namespace callimport::media_pipeline
