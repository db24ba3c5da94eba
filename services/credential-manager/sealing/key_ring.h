// All key-encryption keys, wherever they are, behind one interface; exchanged as a whole when
// their list changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "libs/crypto/key_source.h"
#include "services/credential-manager/sealing/transit.h"

namespace callimport::credential_manager {

// Safe from any number of threads.
class KeyRing final : public crypto::KeySource {
 public:
  // `transit` may be null: then no list may name a key there.
  explicit KeyRing(const Transit* transit) : transit_(transit) {}

  // Takes this list from now on, without the keys that were destroyed. An error leaves the former
  // one: INVALID_ARGUMENT (KEYS_MALFORMED), or FAILED_PRECONDITION (KEY_DESTROYED) when the
  // primary is among those.
  absl::Status Use(KeyList list, const std::set<std::string>& destroyed);

  // Empty before the first list.
  std::string PrimaryId() const override;
  absl::StatusOr<std::string> Wrap(const std::string& key_id, const Secret& data_key,
                                   std::string_view context) const override;
  absl::StatusOr<Secret> Unwrap(const std::string& key_id, std::string_view wrapped,
                                std::string_view context) const override;

  std::shared_ptr<const KeyList> keys() const;

  // How often each key has wrapped since the last call.
  std::map<std::string, int64_t> TakeWrapCounts();

 private:
  void Count(const std::string& key_id) const;

  const Transit* const transit_;
  mutable std::mutex mutex_;
  std::shared_ptr<const KeyList> list_ = std::make_shared<KeyList>();
  mutable std::map<std::string, int64_t> wraps_;
};

}  // namespace callimport::credential_manager
