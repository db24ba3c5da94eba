#include "libs/rpc/revocation_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "absl/strings/str_cat.h"

namespace callimport::rpc {

namespace fs = std::filesystem;

RevocationFolder::RevocationFolder()
    : path_(fs::temp_directory_path() / "callimport-revoked-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make " + path_);
}

RevocationFolder::~RevocationFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void RevocationFolder::Add(const std::vector<RevocationList>& lists) {
  for (const RevocationList& list : lists) {
    const fs::path written = fs::path(path_) / ".new";
    std::ofstream(written, std::ios::binary | std::ios::trunc) << list.pem;
    const int number = files_[list.authority_hash]++;
    fs::rename(written, fs::path(path_) / absl::StrCat(list.authority_hash, ".r", number));
  }
}

}  // namespace callimport::rpc
