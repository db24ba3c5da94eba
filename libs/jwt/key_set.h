// The keys that may sign tokens: a JSON Web Key Set (RFC 7517), as identity providers publish it.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "libs/jwt/public_key.h"

namespace callimport::jwt {

class KeySet {
 public:
  // Keys of other kinds or for other uses are passed over. INVALID_ARGUMENT (KEY_SET_INVALID) when
  // it is no key set, a key in it is broken, secret, nameless or named twice, or none is of use. An
  // empty list is a set: it believes nobody.
  static absl::StatusOr<KeySet> Parse(const std::string& json);

  // Null when it holds no such key.
  const PublicKey* Find(const std::string& key_id) const;

  size_t size() const { return keys_.size(); }

 private:
  explicit KeySet(std::map<std::string, PublicKey> keys) : keys_(std::move(keys)) {}

  std::map<std::string, PublicKey> keys_;
};

}  // namespace callimport::jwt
