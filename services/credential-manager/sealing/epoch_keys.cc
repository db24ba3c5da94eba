#include "services/credential-manager/sealing/epoch_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/aead.h"
#include "libs/crypto/random.h"

namespace callimport::credential_manager {
namespace {

namespace fs = std::filesystem;

constexpr char kSuffix[] = ".key";

class File {
 public:
  File(const std::string& path, int flags) : number_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (number_ >= 0) close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return number_ >= 0; }
  bool Write(const std::string& bytes) const {
    return write(number_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
           fsync(number_) == 0;
  }
  bool Read(std::string& bytes) const {
    return read(number_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  }
  bool Sync() const { return fsync(number_) == 0; }

 private:
  const int number_;
};

bool SyncFolder(const std::string& folder) {
  const File opened(folder, O_RDONLY | O_DIRECTORY);
  return opened.is_open() && opened.Sync();
}

absl::Status Unusable(const std::string& directory, const std::string& reason) {
  return Error(absl::StatusCode::kInvalidArgument, "EPOCH_KEY_DIR_UNUSABLE",
               "epoch_key_dir: " + directory + ": " + reason);
}

absl::Status Failed(const std::string& what) {
  return Error(absl::StatusCode::kUnavailable, "EPOCH_KEYS_UNREACHABLE",
               "an epoch key cannot be " + what);
}

}  // namespace

EpochKeys::EpochKeys(std::string directory) : directory_(std::move(directory)) {}

absl::StatusOr<EpochKeys> EpochKeys::Open(const std::string& directory) {
  if (directory.empty()) return Unusable(directory, "must be set");
  std::error_code ignored;
  fs::create_directories(fs::path(directory).parent_path(), ignored);
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Unusable(directory, "cannot be made");
  }
  struct stat facts{};
  if (stat(directory.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    return Unusable(directory, "is no folder");
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Unusable(directory, "others than its owner may use it (chmod 700)");
  }
  return EpochKeys(directory);
}

std::string EpochKeys::FileOf(const std::string& credential_id) const {
  return directory_ + "/" + credential_id + kSuffix;
}

absl::StatusOr<crypto::EpochKey> EpochKeys::Find(const std::string& credential_id) const {
  if (!IsUuid(credential_id)) return Failed("named so");
  const File file(FileOf(credential_id), O_RDONLY);
  if (!file.is_open() && errno == ENOENT) {
    return Error(absl::StatusCode::kNotFound, "EPOCH_KEY_DESTROYED", "its epoch key is destroyed");
  }
  std::string bytes(crypto::kKeyBytes, '\0');
  if (!file.is_open() || !file.Read(bytes)) return Failed("read");
  return crypto::EpochKey{credential_id, Secret(std::move(bytes))};
}

absl::StatusOr<crypto::EpochKey> EpochKeys::FindOrMake(const std::string& credential_id) const {
  auto found = Find(credential_id);
  if (found.ok() || found.status().code() != absl::StatusCode::kNotFound) return found;
  // Beside and then linked: whoever finds the file finds all of it.
  const std::string file = FileOf(credential_id);
  const std::string beside = file + "." + NewUuid();
  const Secret key(crypto::RandomBytes(crypto::kKeyBytes));
  {
    const File made(beside, O_WRONLY | O_CREAT | O_EXCL);
    if (!made.is_open() || !made.Write(key.Reveal())) {
      unlink(beside.c_str());
      return Failed("written");
    }
  }
  const bool linked = link(beside.c_str(), file.c_str()) == 0 || errno == EEXIST;
  unlink(beside.c_str());
  if (!linked || !SyncFolder(directory_)) return Failed("written");
  return Find(credential_id);  // that of another who was quicker
}

absl::StatusOr<bool> EpochKeys::Destroy(const std::string& credential_id) const {
  if (!IsUuid(credential_id)) return Failed("named so");
  const std::string path = FileOf(credential_id);
  {
    const File file(path, O_WRONLY);
    if (!file.is_open() && errno == ENOENT) {
      // Of a run before, which may have died before this.
      if (!SyncFolder(directory_)) return Failed("destroyed");
      return false;
    }
    if (!file.is_open() || !file.Write(crypto::RandomBytes(crypto::kKeyBytes))) {
      return Failed("destroyed");
    }
  }
  const bool gone = unlink(path.c_str()) == 0 || errno == ENOENT;
  if (!gone || !SyncFolder(directory_)) return Failed("destroyed");
  return true;
}

absl::StatusOr<std::vector<EpochKeys::Entry>> EpochKeys::List() const {
  std::vector<Entry> entries;
  std::error_code failure;
  const auto now = fs::file_time_type::clock::now();
  for (fs::directory_iterator file(directory_, failure), end; !failure && file != end;
       file.increment(failure)) {
    const std::string id = file->path().stem().string();
    if (file->path().extension() != kSuffix || !IsUuid(id)) continue;
    std::error_code gone;
    const auto written = file->last_write_time(gone);
    if (gone) continue;
    entries.push_back({id, std::chrono::duration_cast<std::chrono::seconds>(now - written)});
  }
  if (failure) return Failed("listed");
  return entries;
}

}  // namespace callimport::credential_manager
