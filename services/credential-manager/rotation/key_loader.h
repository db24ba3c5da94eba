// Reads the list of keys at the start, and again whenever its file changes.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "libs/telemetry/metrics.h"
#include "services/credential-manager/sealing/key_ring.h"
#include "services/credential-manager/storage/key_store.h"

namespace callimport::credential_manager {

class KeyLoader {
 public:
  // Where the list is: in a file, or in an environment variable, which cannot change.
  struct Place {
    std::string file;
    std::string environment;
  };
  KeyLoader(Place place, KeyRing& ring, KeyStore& store);

  // INVALID_ARGUMENT naming the field.
  static absl::StatusOr<KeyList> Read(const Place& place);

  // At the start: an error stops it.
  absl::Status Load();

  // Again and again: takes a changed list, and keys that another replica destroyed. A list that is
  // malformed, or lacks a key that rows still need, leaves the former one in force; that is
  // logged, and counted in key_reload_failures_total.
  absl::Status Reload();

  // Adds to the counts in the database how often keys have wrapped, and warns of worn ones.
  absl::Status SaveWrapCounts();

 private:
  absl::Status Take(KeyList list);
  absl::Status CheckNothingIsLost(const KeyList& list) const;
  bool FileHasChanged();

  const Place place_;
  KeyRing& ring_;
  KeyStore& store_;
  struct stat seen_{};
  std::set<std::string> destroyed_;
  metrics::Counter failures_;
};

}  // namespace callimport::credential_manager
