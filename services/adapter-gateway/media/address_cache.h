// Addresses of recordings that are still good. Bounded: the oldest go first.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "libs/common/clock.h"
#include "services/adapter-gateway/platforms/platform_adapter.h"

namespace callimport::adapter_gateway {

// Not safe from several threads; its user locks.
class AddressCache {
 public:
  explicit AddressCache(size_t capacity) : capacity_(capacity) {}

  std::optional<MediaAddress> Find(const std::string& account, const std::string& call_id,
                                   Timestamp now) const;
  void Put(const std::string& account, const MediaAddress& address);
  void Erase(const std::string& account, const std::string& call_id);

 private:
  using Key = std::pair<std::string, std::string>;

  size_t capacity_;
  std::map<Key, MediaAddress> addresses_;
  // In the order in which they came; may name some that were erased since.
  std::deque<Key> order_;
};

}  // namespace callimport::adapter_gateway
