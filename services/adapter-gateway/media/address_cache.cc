#include "services/adapter-gateway/media/address_cache.h"

namespace callimport::adapter_gateway {
namespace {

// A download that begins now must still be let in when its turn comes.
constexpr std::chrono::minutes kSpare{10};

}  // namespace

std::optional<MediaAddress> AddressCache::Find(const std::string& account,
                                               const std::string& call_id, Timestamp now) const {
  const auto found = addresses_.find({account, call_id});
  if (found == addresses_.end() || found->second.expires - kSpare <= now) return std::nullopt;
  return found->second;
}

void AddressCache::Put(const std::string& account, const MediaAddress& address) {
  const Key key{account, address.source_call_id};
  if (!addresses_.insert_or_assign(key, address).second) return;
  order_.push_back(key);
  while (order_.size() > capacity_) {
    addresses_.erase(order_.front());
    order_.pop_front();
  }
}

void AddressCache::Erase(const std::string& account, const std::string& call_id) {
  addresses_.erase({account, call_id});
}

}  // namespace callimport::adapter_gateway
