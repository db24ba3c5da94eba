#include "services/media-pipeline/objects/filesystem_object_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "services/media-pipeline/objects/file_descriptor.h"
#include "services/media-pipeline/objects/file_writer.h"

namespace callimport::media_pipeline {
namespace {

namespace fs = std::filesystem;

// From here on, one syncfs is cheaper than an fdatasync for each file and its folder.
constexpr size_t kSyncFewFilesSingly = 4;
constexpr size_t kKeysPerVisit = 1000;
// Writers that make files in one folder wait for each other.
constexpr char kStagingFolders[] = "0123456789abcdef";

// A key is "a/b/c" of letters, digits, '-', '_' and '.', and leads nowhere else.
bool IsKey(const std::string& key) {
  for (const fs::path& part : fs::path(key)) {
    const std::string name = part.string();
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return std::isalnum(c) || c == '-' || c == '_' || c == '.';
    });
    if (!plain || name.empty() || name == "." || name == "..") return false;
  }
  return !key.empty();
}

absl::Status NoKey(const std::string& key) {
  return Error(absl::StatusCode::kInvalidArgument, "OBJECT_KEY_INVALID", "no object key: " + key);
}

absl::Status NoObject(const std::string& key) {
  return Error(absl::StatusCode::kNotFound, "OBJECT_NOT_FOUND", "no object " + key);
}

absl::Status MakeFolders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  errno = error.value();
  return error ? FileError("making " + folder.string()) : absl::OkStatus();
}

absl::Status MoveIntoPlace(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  if (errno != ENOENT) return FileError("keeping " + to.string());
  RETURN_IF_ERROR(MakeFolders(to.parent_path()));
  if (::rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return FileError("keeping " + to.string());
}

absl::Status SyncPath(const fs::path& path, int flags) {
  const FileDescriptor file(::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) return FileError("syncing " + path.string());
  return absl::OkStatus();
}

// Nothing when the file is not there.
std::optional<Timestamp> ChangedAt(const fs::path& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return Timestamp(std::chrono::seconds(facts.st_mtim.tv_sec));
}

bool ChangedBefore(const fs::path& path, Timestamp moment) {
  const std::optional<Timestamp> changed = ChangedAt(path);
  return changed && *changed < moment;
}

class StagedFile : public StagedObject {
 public:
  StagedFile(fs::path objects, std::string path, FileWriter file, bool resumable)
      : objects_(std::move(objects)),
        path_(std::move(path)),
        file_(std::move(file)),
        resumable_(resumable) {}
  ~StagedFile() override {
    if (kept_) return;
    if (resumable_) {
      (void)file_.Flush();  // what is lost of it is sent again
    } else {
      ::unlink(path_.c_str());
    }
  }

  absl::Status Append(std::string_view bytes) override { return file_.Append(bytes); }

  absl::StatusOr<std::string> LocalPath() override {
    RETURN_IF_ERROR(file_.Flush());
    return path_;
  }

  absl::Status Keep(const std::string& key) override {
    if (!IsKey(key)) return NoKey(key);
    RETURN_IF_ERROR(file_.Flush());
    // Moved first: whoever waits for the lock of a resumable one must not find it any more.
    RETURN_IF_ERROR(MoveIntoPlace(path_, objects_ / key));
    kept_ = true;
    file_.Close();
    return absl::OkStatus();
  }

  void Discard() override { resumable_ = false; }

 private:
  const fs::path objects_;
  const std::string path_;
  FileWriter file_;
  bool resumable_;
  bool kept_ = false;
};

absl::Status BeingWritten() {
  return Error(absl::StatusCode::kAborted, "OBJECT_BEING_WRITTEN", "somebody is writing it");
}

// Whether the file that is open is still the one of this name.
bool IsStillAt(const FileDescriptor& file, const fs::path& path) {
  struct stat open{};
  struct stat named{};
  return ::fstat(file.get(), &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

absl::StatusOr<int> DropFilesBefore(const fs::path& folder, Timestamp moment) {
  int dropped = 0;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone) || !ChangedBefore(entry->path(), moment)) continue;
    if (::unlink(entry->path().c_str()) == 0) ++dropped;
  }
  errno = error.value();
  if (error) return FileError("listing staged recordings");
  return dropped;
}

class FilesystemObjectStore : public ObjectStore {
 public:
  FilesystemObjectStore(const fs::path& folder, FileDescriptor root, ResumableBounds bounds)
      : objects_(folder / "objects"),
        staged_(folder / "staged"),
        resumable_(folder / "resumable"),
        bounds_(bounds),
        root_(std::move(root)) {}

  absl::StatusOr<std::unique_ptr<StagedObject>> Stage() override {
    std::string path = NewStagedPath().string();
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
    if (!file.is_open()) return FileError("staging a recording");
    return std::make_unique<StagedFile>(objects_, std::move(path), FileWriter(std::move(file), 0),
                                        /*resumable=*/false);
  }

  absl::StatusOr<std::unique_ptr<StagedObject>> Resume(const std::string& name) override {
    if (!IsKey(name)) return NoKey(name);
    const std::string path = (resumable_ / name).string();
    if (::access(path.c_str(), F_OK) != 0) RETURN_IF_ERROR(CheckRoom());
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    if (!file.is_open()) return FileError("staging a recording");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 || !IsStillAt(file, path)) {
      return BeingWritten();
    }
    ASSIGN_OR_RETURN(const int64_t size, ResumableBytes(name));
    return std::make_unique<StagedFile>(objects_, path,
                                        FileWriter(std::move(file), static_cast<size_t>(size)),
                                        /*resumable=*/true);
  }

  absl::StatusOr<int64_t> ResumableBytes(const std::string& name) override {
    if (!IsKey(name)) return NoKey(name);
    struct stat facts{};
    if (::stat((resumable_ / name).c_str(), &facts) != 0) return NoObject(name);
    return facts.st_size;
  }

  absl::Status MakeDurable(const std::vector<std::string>& keys) override {
    if (keys.empty()) return absl::OkStatus();
    if (keys.size() > kSyncFewFilesSingly) {
      return ::syncfs(root_.get()) == 0 ? absl::OkStatus() : FileError("syncing recordings");
    }
    std::set<fs::path> folders;
    for (const std::string& key : keys) {
      const fs::path path = objects_ / key;
      RETURN_IF_ERROR(SyncPath(path, 0));
      // A folder may be new itself, and so may the one around it.
      for (fs::path up = path.parent_path(); up != objects_.parent_path(); up = up.parent_path()) {
        folders.insert(up);
      }
    }
    for (const fs::path& folder : folders) RETURN_IF_ERROR(SyncPath(folder, O_DIRECTORY));
    return absl::OkStatus();
  }

  // Pages that are used again at once are also cheaper than new ones.
  void LetGo(const std::vector<std::string>& keys) override {
    for (const std::string& key : keys) {
      const FileDescriptor file(::open((objects_ / key).c_str(), O_RDONLY | O_CLOEXEC));
      if (file.is_open()) ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
    }
  }

  absl::StatusOr<std::string> Read(const std::string& key, int64_t offset,
                                   int64_t length) override {
    ASSIGN_OR_RETURN(const std::string path, LocalPath(key));
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return errno == ENOENT ? NoObject(key) : FileError("reading " + key);
    std::string bytes(static_cast<size_t>(length), '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
      const ssize_t count = ::pread(file.get(), bytes.data() + filled, bytes.size() - filled,
                                    offset + static_cast<int64_t>(filled));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return FileError("reading " + key);
      if (count == 0) break;
      filled += static_cast<size_t>(count);
    }
    bytes.resize(filled);
    return bytes;
  }

  bool Exists(const std::string& key) override {
    return IsKey(key) && ::access((objects_ / key).c_str(), F_OK) == 0;
  }

  absl::Status Delete(const std::string& key) override {
    if (!IsKey(key)) return NoKey(key);
    if (::unlink((objects_ / key).c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
    return FileError("deleting " + key);
  }

  absl::StatusOr<std::string> LocalPath(const std::string& key) override {
    if (!IsKey(key)) return NoKey(key);
    return (objects_ / key).string();
  }

  absl::Status VisitKeptBefore(Timestamp moment, const KeyVisitor& visit) override {
    std::vector<std::string> keys;
    std::error_code error;
    fs::recursive_directory_iterator entry(objects_, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      std::error_code gone;
      if (!entry->is_regular_file(gone) || !ChangedBefore(entry->path(), moment)) continue;
      keys.push_back(entry->path().lexically_relative(objects_).string());
      if (keys.size() < kKeysPerVisit) continue;
      RETURN_IF_ERROR(visit(keys));
      keys.clear();
    }
    errno = error.value();
    if (error) return FileError("listing objects");
    return keys.empty() ? absl::OkStatus() : visit(keys);
  }

  // Moved aside before it is judged: from then on, keeping it again makes a new file.
  absl::Status DeleteKeptBefore(const std::string& key, Timestamp moment) override {
    if (!IsKey(key)) return NoKey(key);
    const fs::path aside = NewStagedPath();
    if (::rename((objects_ / key).c_str(), aside.c_str()) != 0) {
      return errno == ENOENT ? absl::OkStatus() : FileError("deleting " + key);
    }
    if (!ChangedBefore(aside, moment)) return MoveIntoPlace(aside, objects_ / key);
    return ::unlink(aside.c_str()) == 0 ? absl::OkStatus() : FileError("deleting " + key);
  }

  absl::StatusOr<int> DropStagedBefore(Timestamp moment) override {
    return DropFilesBefore(staged_, moment);
  }
  absl::StatusOr<int> DropResumableBefore(Timestamp moment) override {
    return DropFilesBefore(resumable_, moment);
  }

 private:
  fs::path NewStagedPath() const {
    const std::string name = NewUuid();
    return staged_ / name.substr(name.size() - 1) / name;
  }

  // Whether one more that may stay for a day has a place.
  absl::Status CheckRoom() const {
    int files = 0;
    int64_t bytes = 0;
    std::error_code error;
    for (fs::directory_iterator entry(resumable_, error); !error && entry != fs::end(entry);
         entry.increment(error)) {
      std::error_code gone;
      const auto size = fs::file_size(entry->path(), gone);
      if (gone) continue;
      ++files;
      bytes += static_cast<int64_t>(size);
    }
    if (files < bounds_.files && bytes < bounds_.bytes) return absl::OkStatus();
    return Error(absl::StatusCode::kResourceExhausted, "STAGE_FULL",
                 "too many recordings wait to be gone on with");
  }

  const fs::path objects_;
  const fs::path staged_;
  const fs::path resumable_;
  const ResumableBounds bounds_;
  const FileDescriptor root_;
};

absl::Status Unusable(const std::string& folder, const absl::Status& why) {
  return Error(absl::StatusCode::kFailedPrecondition, "OBJECT_DIR_UNUSABLE",
               "object_dir: " + folder + " cannot be used: " + std::string(why.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectStore>> OpenFilesystemObjectStore(const std::string& folder,
                                                                       ResumableBounds bounds) {
  absl::Status made = MakeFolders(fs::path(folder) / "objects");
  if (made.ok()) made = MakeFolders(fs::path(folder) / "resumable");
  for (const char* part = kStagingFolders; made.ok() && *part != '\0'; ++part) {
    made = MakeFolders(fs::path(folder) / "staged" / std::string(1, *part));
  }
  if (!made.ok()) return Unusable(folder, made);
  FileDescriptor root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) return Unusable(folder, FileError("opening it"));
  auto store = std::make_unique<FilesystemObjectStore>(folder, std::move(root), bounds);
  const auto writable = store->Stage();
  if (!writable.ok()) return Unusable(folder, writable.status());
  return store;
}

}  // namespace callimport::media_pipeline
