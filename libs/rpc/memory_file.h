// A file that lives in memory only, for what insists on reading a path. Inside libs/rpc only.
#pragma once

#include <string>

namespace callimport::rpc {

class MemoryFile {
 public:
  MemoryFile();
  // Nobody can open its path any more, until it names a later file of this kind.
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  // Good for this process alone.
  const std::string& path() const { return path_; }

  // Readers find the old content or the new one, never a mixture.
  void Put(const std::string& content);

 private:
  int descriptor_;
  std::string path_;
};

}  // namespace callimport::rpc
