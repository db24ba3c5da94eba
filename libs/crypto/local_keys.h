// Keys held by this process.
#pragma once

#include "libs/crypto/key_source.h"
#include "libs/crypto/keyset.h"

namespace callimport::crypto {

class LocalKeys : public KeySource {
 public:
  explicit LocalKeys(Keyset keyset);

  std::string PrimaryId() const override { return keyset_.primary_id; }
  absl::StatusOr<std::string> Wrap(const std::string& key_id, const Secret& data_key,
                                   std::string_view context) const override;
  absl::StatusOr<Secret> Unwrap(const std::string& key_id, std::string_view wrapped,
                                std::string_view context) const override;

 private:
  const Keyset keyset_;
};

}  // namespace callimport::crypto
