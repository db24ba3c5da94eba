#include "services/credential-manager/sealing/key_ring.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/crypto/aead.h"

namespace callimport::credential_manager {
namespace {

absl::Status Unknown(const std::string& key_id) {
  return Error(absl::StatusCode::kFailedPrecondition, "KEY_UNKNOWN", "there is no key " + key_id);
}

}  // namespace

absl::Status KeyRing::Use(KeyList list, const std::set<std::string>& destroyed) {
  if (!list.transit.empty() && !transit_) {
    return Error(absl::StatusCode::kInvalidArgument, "KEYS_MALFORMED",
                 "the list names a key of transit, but transit is not configured");
  }
  if (destroyed.contains(list.primary_id)) {
    return Error(absl::StatusCode::kFailedPrecondition, "KEY_DESTROYED",
                 "the first key of the list, " + list.primary_id + ", was destroyed");
  }
  for (const std::string& id : destroyed) {
    list.local.erase(id);
    list.transit.erase(id);
  }
  auto next = std::make_shared<const KeyList>(std::move(list));
  std::lock_guard lock(mutex_);
  list_ = std::move(next);
  return absl::OkStatus();
}

std::shared_ptr<const KeyList> KeyRing::keys() const {
  std::lock_guard lock(mutex_);
  return list_;
}

std::string KeyRing::PrimaryId() const { return keys()->primary_id; }

absl::StatusOr<std::string> KeyRing::Wrap(const std::string& key_id, const Secret& data_key,
                                          std::string_view context) const {
  const auto list = keys();
  if (const auto key = list->local.find(key_id); key != list->local.end()) {
    Count(key_id);
    return crypto::Seal(key->second, data_key, context);
  }
  const auto key = list->transit.find(key_id);
  if (key == list->transit.end()) return Unknown(key_id);
  Count(key_id);
  return transit_->Wrap(key->second, data_key, context);
}

absl::StatusOr<Secret> KeyRing::Unwrap(const std::string& key_id, std::string_view wrapped,
                                       std::string_view context) const {
  const auto list = keys();
  if (const auto key = list->local.find(key_id); key != list->local.end()) {
    return crypto::Open(key->second, wrapped, context);
  }
  const auto key = list->transit.find(key_id);
  if (key != list->transit.end()) return transit_->Unwrap(key->second, wrapped, context);
  return Error(absl::StatusCode::kDataLoss, "SEAL_BROKEN", "a sealed text does not open");
}

void KeyRing::Count(const std::string& key_id) const {
  std::lock_guard lock(mutex_);
  ++wraps_[key_id];
}

std::map<std::string, int64_t> KeyRing::TakeWrapCounts() {
  std::lock_guard lock(mutex_);
  return std::exchange(wraps_, {});
}

}  // namespace callimport::credential_manager
