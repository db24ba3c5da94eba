#include "libs/rpc/memory_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace callimport::rpc {
namespace {

void Must(bool done) {
  if (!done) throw std::runtime_error("cannot keep a file in memory");
}

int NewFile() {
  const int descriptor = memfd_create("callimport", MFD_CLOEXEC);
  Must(descriptor >= 0);
  return descriptor;
}

void Write(int descriptor, const std::string& content) {
  for (size_t written = 0; written < content.size();) {
    const ssize_t count = write(descriptor, content.data() + written, content.size() - written);
    if (count < 0 && errno == EINTR) continue;
    Must(count > 0);
    written += static_cast<size_t>(count);
  }
}

// Sockets cannot be opened by a path. An empty file could, and gRPC aborts over an empty key.
int NewDeadEnd() {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Must(descriptor >= 0);
  return descriptor;
}

// Numbers of files that are gone. They are never closed, only used again for such files: who still
// reads an old path must find nothing there, or another file of this kind.
class Numbers {
 public:
  static Numbers& OfThisProcess() {
    static auto* numbers = new Numbers;  // never destroyed: files may outlive everything
    return *numbers;
  }

  int Take() {
    std::lock_guard lock(mutex_);
    if (free_.empty()) return NewFile();
    const int number = free_.back();
    free_.pop_back();
    return number;
  }
  void GiveBack(int number) {
    std::lock_guard lock(mutex_);
    dup3(dead_end_, number, O_CLOEXEC);
    free_.push_back(number);
  }

 private:
  const int dead_end_ = NewDeadEnd();
  std::mutex mutex_;
  std::vector<int> free_;
};

}  // namespace

MemoryFile::MemoryFile()
    : descriptor_(Numbers::OfThisProcess().Take()),
      path_("/proc/self/fd/" + std::to_string(descriptor_)) {}

MemoryFile::~MemoryFile() { Numbers::OfThisProcess().GiveBack(descriptor_); }

void MemoryFile::Put(const std::string& content) {
  const int fresh = NewFile();
  Write(fresh, content);
  // The number means the new file from one moment to the next.
  const bool moved = dup3(fresh, descriptor_, O_CLOEXEC) >= 0;
  close(fresh);
  Must(moved);
}

}  // namespace callimport::rpc
