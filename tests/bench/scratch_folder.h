// A folder in TMPDIR that goes with its owner.
#pragma once

#include <filesystem>

namespace callimport::bench {

class ScratchFolder {
 public:
  // Throws when there is no room for one.
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace callimport::bench
