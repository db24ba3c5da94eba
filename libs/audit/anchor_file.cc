#include "libs/audit/anchor_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "libs/common/errors.h"

namespace callimport::audit {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return number_; }

 private:
  int number_;
};

absl::Status Failed(const std::string& doing, const std::string& path) {
  return Error(absl::StatusCode::kUnavailable, "ANCHOR_NOT_KEPT",
               "cannot " + doing + " " + path + ": " + std::strerror(errno));
}

// A crash in the middle of a line leaves its beginning; the next line must not continue it.
bool EndsInsideLine(int file, off_t size) {
  char last = '\n';
  return size > 0 && pread(file, &last, 1, size - 1) == 1 && last != '\n';
}

// The name of a new file is durable only with its folder.
bool SyncFolderOf(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const Descriptor folder(
      open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return *folder >= 0 && fsync(*folder) == 0;
}

class FileLines final : public AnchorLines {
 public:
  FileLines(std::ifstream in, int64_t bytes) : in_(std::move(in)), left_(bytes) {}

  absl::StatusOr<std::optional<std::string>> Next() override {
    std::string line;
    if (left_ <= 0 || !std::getline(in_, line)) return std::nullopt;
    left_ -= static_cast<int64_t>(line.size()) + 1;
    return line;
  }

 private:
  std::ifstream in_;
  int64_t left_;
};

class NoLines final : public AnchorLines {
 public:
  absl::StatusOr<std::optional<std::string>> Next() override { return std::nullopt; }
};

}  // namespace

AnchorFile::AnchorFile(std::string path) : path_(std::move(path)) {}

absl::Status AnchorFile::Append(const std::string& line) {
  const Descriptor file(open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (*file < 0) return Failed("open", path_);
  struct stat facts{};
  if (flock(*file, LOCK_EX) != 0 || fstat(*file, &facts) != 0) return Failed("lock", path_);

  const std::string text = (EndsInsideLine(*file, facts.st_size) ? "\n" : "") + line + "\n";
  if (write(*file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return Failed("write", path_);
  }
  if (fdatasync(*file) != 0) return Failed("sync", path_);
  if (facts.st_size == 0 && !SyncFolderOf(path_)) return Failed("sync the folder of", path_);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<AnchorLines>> AnchorFile::Open() {
  std::error_code error;
  const auto size = std::filesystem::file_size(path_, error);
  if (error == std::errc::no_such_file_or_directory) return std::make_unique<NoLines>();
  std::ifstream in(path_);
  if (error || !in) {
    return Error(absl::StatusCode::kUnavailable, "ANCHORS_UNREADABLE", "cannot read " + path_);
  }
  return std::make_unique<FileLines>(std::move(in), static_cast<int64_t>(size));
}

}  // namespace callimport::audit
