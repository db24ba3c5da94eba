#include "services/adapter-gateway/sessions/access_leases.h"

#include <algorithm>

#include "libs/common/proto_time.h"

namespace callimport::adapter_gateway {
namespace {

// A credential that was deleted is not used longer than this.
constexpr std::chrono::seconds kLongest{60};
// Whoever gets a lease must still be able to use it.
constexpr std::chrono::seconds kSpare{5};
constexpr size_t kManyLeases = 4096;

AccessLeases::Lease ToLease(const credential_manager::v1::LeaseAccessResponse& response) {
  AccessLeases::Lease lease{
      .platform = response.platform(), .fields = {}, .generation = response.generation()};
  for (const auto& [name, value] : response.fields()) lease.fields.emplace(name, Secret(value));
  return lease;
}

template <typename Result>
bool IsDone(const std::shared_future<Result>& flight) {
  return flight.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const AccessLeases::Lease>> AccessLeases::Borrow(
    const std::string& workspace_id, const std::string& credential_id, int64_t refused) {
  const Key key{workspace_id, credential_id};
  std::promise<Borrowed> promise;
  {
    std::unique_lock lock(mutex_);
    const auto found = flights_.find(key);
    if (found != flights_.end() && IsUsable(found->second, refused)) {
      const Flight flight = found->second;
      lock.unlock();
      return flight.get().lease;
    }
    if (flights_.size() > kManyLeases) DropExpired();
    flights_[key] = promise.get_future().share();
  }
  Borrowed borrowed = AskVault(key, refused);
  promise.set_value(borrowed);
  return std::move(borrowed.lease);
}

AccessLeases::Borrowed AccessLeases::AskVault(const Key& key, int64_t refused) const {
  credential_manager::v1::LeaseAccessRequest request;
  request.set_workspace_id(key.first);
  request.set_credential_id(key.second);
  request.set_refused_generation(refused);
  const Timestamp now = clock_.Now();
  const auto response = vault_.LeaseAccess(request);
  // An error serves those who wait for it, and nobody after them.
  if (!response.ok()) return {response.status(), now};
  const Timestamp expires = FromProto(response->lease_expire_time()) - kSpare;
  return {std::make_shared<const Lease>(ToLease(*response)),
          std::min<Timestamp>(expires, now + kLongest)};
}

bool AccessLeases::IsUsable(const Flight& flight, int64_t refused) const {
  // Whoever has not landed may bring the refused one.
  if (!IsDone(flight)) return refused == 0;
  const Borrowed& borrowed = flight.get();
  if (refused != 0 && borrowed.lease.ok() && (*borrowed.lease)->generation == refused) return false;
  return clock_.Now() < borrowed.until;
}

void AccessLeases::DropExpired() {
  std::erase_if(flights_, [&](const auto& entry) { return !IsUsable(entry.second); });
}

void AccessLeases::Drop(const std::string& workspace_id, const std::string& credential_id) {
  std::lock_guard lock(mutex_);
  flights_.erase({workspace_id, credential_id});
}

}  // namespace callimport::adapter_gateway
