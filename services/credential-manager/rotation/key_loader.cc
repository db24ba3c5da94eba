#include "services/credential-manager/rotation/key_loader.h"

#include <cstdlib>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"
#include "services/credential-manager/domain/key_wear.h"
#include "services/credential-manager/sealing/key_file.h"
#include "services/credential-manager/sealing/legacy_seal.h"

namespace callimport::credential_manager {
namespace {

bool IsSame(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_size == b.st_size && a.st_mode == b.st_mode &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

absl::StatusOr<KeyList> ReadEnvironment(const std::string& name) {
  const char* const text = std::getenv(name.c_str());
  auto list = ParseKeyList(Secret(text ? text : ""));
  if (list.ok()) return list;
  return Error(absl::StatusCode::kInvalidArgument, "KEYS_MALFORMED",
               "key_environment: " + name + ": " + std::string(list.status().message()));
}

}  // namespace

KeyLoader::KeyLoader(Place place, KeyRing& ring, KeyStore& store)
    : place_(std::move(place)),
      ring_(ring),
      store_(store),
      failures_("key_reload_failures_total", "Changed lists of keys that were not taken.") {}

absl::StatusOr<KeyList> KeyLoader::Read(const Place& place) {
  if (place.file.empty() == place.environment.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                 "key_file: either this or key_environment must be set");
  }
  return place.file.empty() ? ReadEnvironment(place.environment) : ReadKeyFile(place.file);
}

absl::Status KeyLoader::Take(KeyList list) {
  ASSIGN_OR_RETURN(destroyed_, store_.Destroyed());
  const std::string primary = list.primary_id;
  const std::vector<std::string> ids = list.Ids();
  for (const std::string& id : ids) {
    if (destroyed_.contains(id)) {
      log::Warning("a destroyed key is still in the list, and is not taken", {{"key_id", id}});
    }
  }
  // Known before anything is sealed with it: that is what destroying a key locks.
  RETURN_IF_ERROR(store_.Note(ids));
  RETURN_IF_ERROR(ring_.Use(std::move(list), destroyed_));
  log::Info("the list of keys was read", {{"primary", primary}, {"keys", ids.size()}});
  return absl::OkStatus();
}

absl::Status KeyLoader::CheckNothingIsLost(const KeyList& list) const {
  ASSIGN_OR_RETURN(const auto counts, store_.CountRows());
  for (const auto& [id, rows] : counts) {
    if (rows == 0 || id == kLegacyKeyId || list.Has(id)) continue;
    return Error(
        absl::StatusCode::kFailedPrecondition, "KEY_IN_USE",
        "the list lacks the key " + id + ", which " + std::to_string(rows) + " sealed rows need");
  }
  return absl::OkStatus();
}

bool KeyLoader::FileHasChanged() {
  struct stat facts{};
  if (place_.file.empty() || stat(place_.file.c_str(), &facts) != 0) return false;
  return !IsSame(facts, std::exchange(seen_, facts));
}

absl::Status KeyLoader::Load() {
  FileHasChanged();
  ASSIGN_OR_RETURN(KeyList list, Read(place_));
  // The others can still be served, so this does not stop the start.
  if (const absl::Status lost = CheckNothingIsLost(list); !lost.ok()) {
    log::Error("some credentials cannot be opened", {{"status", lost}});
  }
  return Take(std::move(list));
}

absl::Status KeyLoader::Reload() {
  ASSIGN_OR_RETURN(const auto destroyed, store_.Destroyed());
  if (!FileHasChanged() && destroyed == destroyed_) return absl::OkStatus();
  destroyed_ = destroyed;
  const auto take = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(KeyList list, Read(place_));
    RETURN_IF_ERROR(CheckNothingIsLost(list));
    return Take(std::move(list));
  };
  const absl::Status taken = take();
  if (!taken.ok()) {
    failures_.Add();
    log::Error("the list of keys has changed and is not taken; the former one stays in force",
               {{"status", taken}});
  }
  return absl::OkStatus();
}

absl::Status KeyLoader::SaveWrapCounts() {
  const auto counts = ring_.TakeWrapCounts();
  if (counts.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto totals, store_.AddWraps(counts));
  for (const auto& [id, wraps] : totals) {
    metrics::Gauge("key_wraps", "How many data keys a key has wrapped, about.", {{"key_id", id}})
        .Set(static_cast<double>(wraps));
    if (IsWorn(wraps)) {
      log::Warning("a key has wrapped so often that it should be replaced: rotate keys",
                   {{"key_id", id}, {"wraps", wraps}});
    }
  }
  return absl::OkStatus();
}

}  // namespace callimport::credential_manager
