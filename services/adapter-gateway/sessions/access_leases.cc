#include "services/adapter-gateway/sessions/access_leases.h"

#include <algorithm>

#include "libs/common/proto_time.h"

namespace callimport::adapter_gateway {
namespace {

// A credential that was deleted is not used longer than this.
constexpr std::chrono::seconds kLongest{60};
// Whoever gets a lease must still be able to use it.
constexpr std::chrono::seconds kSpare{5};

AccessLeases::Lease ToLease(const credential_manager::v1::LeaseAccessResponse& response) {
  AccessLeases::Lease lease{
      .platform = response.platform(), .fields = {}, .generation = response.generation()};
  for (const auto& [name, value] : response.fields()) lease.fields.emplace(name, Secret(value));
  return lease;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const AccessLeases::Lease>> AccessLeases::Borrow(
    const std::string& workspace_id, const std::string& credential_id, int64_t refused) {
  const Key key{workspace_id, credential_id};
  return flights_
      .Get(key,
           {.good = [&](const Borrowed& borrowed) { return IsGood(borrowed, refused); },
            // Whoever asks already may bring the refused one.
            .join = refused == 0},
           [&](const Borrowed*) { return AskVault(key, refused); })
      .lease;
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

bool AccessLeases::IsGood(const Borrowed& borrowed, int64_t refused) const {
  if (refused != 0 && borrowed.lease.ok() && (*borrowed.lease)->generation == refused) return false;
  return clock_.Now() < borrowed.until;
}

void AccessLeases::Drop(const std::string& workspace_id, const std::string& credential_id) {
  flights_.Forget({workspace_id, credential_id});
}

}  // namespace callimport::adapter_gateway
