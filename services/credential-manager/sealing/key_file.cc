#include "services/credential-manager/sealing/key_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/aead.h"
#include "libs/crypto/hex.h"

namespace callimport::credential_manager {
namespace {

absl::Status Unusable(const std::string& field, const std::string& file,
                      const std::string& reason) {
  return Error(absl::StatusCode::kInvalidArgument, "KEY_FILE_UNUSABLE",
               field + ": " + file + ": " + reason);
}

bool IsKey(const std::string& bytes) {
  return bytes.size() == crypto::kKeyBytes &&
         std::any_of(bytes.begin(), bytes.end(), [](char c) { return c != 0; });
}

}  // namespace

absl::StatusOr<Secret> ReadPrivateFile(const std::string& field, const std::string& file) {
  struct stat facts{};
  if (stat(file.c_str(), &facts) != 0) return Unusable(field, file, "cannot be found");
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Unusable(field, file, "others than its owner may use it (chmod 600)");
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return Unusable(field, file, "cannot be read");
  return Secret(std::string(std::istreambuf_iterator<char>(in), {}));
}

absl::StatusOr<KeyList> ReadKeyFile(const std::string& file) {
  ASSIGN_OR_RETURN(const Secret text, ReadPrivateFile("key_file", file));
  auto list = ParseKeyList(text);
  if (!list.ok()) return Unusable("key_file", file, std::string(list.status().message()));
  return list;
}

absl::StatusOr<Secret> ReadLegacyKeyFile(const std::string& file) {
  if (file.empty()) return Secret();
  ASSIGN_OR_RETURN(const Secret text, ReadPrivateFile("legacy_key_file", file));
  const std::string& hex = text.Reveal();
  const size_t end = hex.find_last_not_of("\r\n");
  auto bytes = crypto::FromHex(std::string_view(hex).substr(0, end == hex.npos ? 0 : end + 1));
  Secret key(bytes ? *std::move(bytes) : std::string());
  if (!IsKey(key.Reveal())) {
    return Unusable("legacy_key_file", file, "must hold 64 hexadecimal digits");
  }
  return key;
}

}  // namespace callimport::credential_manager
