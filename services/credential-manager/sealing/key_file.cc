#include "services/credential-manager/sealing/key_file.h"

#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "libs/common/errors.h"

namespace callimport::credential_manager {
namespace {

absl::Status Unusable(const std::string& file, const std::string& reason) {
  return Error(absl::StatusCode::kInvalidArgument, "KEY_FILE_UNUSABLE",
               "key_file: " + file + ": " + reason);
}

}  // namespace

absl::StatusOr<crypto::Keyset> ReadKeyFile(const std::string& file) {
  struct stat facts{};
  if (stat(file.c_str(), &facts) != 0) return Unusable(file, "cannot be found");
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Unusable(file, "others than its owner may use it (chmod 600)");
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return Unusable(file, "cannot be read");
  const Secret text(std::string(std::istreambuf_iterator<char>(in), {}));
  auto keyset = crypto::ParseKeyset(text);
  if (!keyset.ok()) return Unusable(file, std::string(keyset.status().message()));
  return keyset;
}

}  // namespace callimport::credential_manager
