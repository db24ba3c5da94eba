#include "services/media-pipeline/objects/file_writer.h"

#include <cstring>
#include <new>

#include "libs/common/status_macros.h"

namespace callimport::media_pipeline {
namespace {

// Covers the sectors of the disks there are, and the pages of the machine.
constexpr std::align_val_t kAlignment{4096};

}  // namespace

void FileWriter::Freed::operator()(char* block) const { ::operator delete(block, kAlignment); }

absl::Status FileWriter::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    if (block_ == nullptr) {
      const std::string_view now = bytes.substr(0, ToNextBlock());
      RETURN_IF_ERROR(AppendPlainly(now));
      bytes.remove_prefix(now.size());
      if (size_ >= kDirectFrom && size_ % kBlock == 0) BeginBlocks();
      continue;
    }
    const size_t taken = bytes.copy(block_.get() + held_, kBlock - held_);
    held_ += taken;
    bytes.remove_prefix(taken);
    if (held_ == kBlock) RETURN_IF_ERROR(WriteBlock());
  }
  return absl::OkStatus();
}

absl::Status FileWriter::Flush() {
  if (block_ == nullptr) return absl::OkStatus();
  TurnDirect(false);
  RETURN_IF_ERROR(AppendPlainly({block_.get(), held_}));
  held_ = 0;
  block_.reset();
  return absl::OkStatus();
}

size_t FileWriter::ToNextBlock() const {
  if (refused_) return std::string_view::npos;
  return size_ < kDirectFrom ? kDirectFrom - size_ : kBlock - size_ % kBlock;
}

absl::Status FileWriter::AppendPlainly(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("writing a recording");
    bytes.remove_prefix(static_cast<size_t>(written));
    size_ += static_cast<size_t>(written);
  }
  return absl::OkStatus();
}

// A short write leaves the file unaligned, and the flag is then no longer of use.
absl::Status FileWriter::WriteBlock() {
  ssize_t written = 0;
  do {
    written = ::write(file_.get(), block_.get(), kBlock);
  } while (written < 0 && errno == EINTR);
  if (written < 0 && errno != EINVAL) return FileError("writing a recording");
  const size_t done = written < 0 ? 0 : static_cast<size_t>(written);
  size_ += done;
  held_ -= done;
  if (held_ == 0) return absl::OkStatus();
  refused_ = true;
  std::memmove(block_.get(), block_.get() + done, held_);
  return Flush();
}

void FileWriter::BeginBlocks() {
  refused_ = !TurnDirect(true);
  if (!refused_) block_.reset(static_cast<char*>(::operator new(kBlock, kAlignment)));
}

bool FileWriter::TurnDirect(bool on) const {
  const int flags = ::fcntl(file_.get(), F_GETFL);
  return flags >= 0 &&
         ::fcntl(file_.get(), F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

}  // namespace callimport::media_pipeline
