#include "services/adapter-gateway/storage/quota_store.h"

#include <algorithm>

#include "libs/postgres/transact.h"
#include "services/adapter-gateway/storage/breakers_table.h"
#include "services/adapter-gateway/storage/quota_windows_table.h"

namespace callimport::adapter_gateway {
namespace {

// Longer than any window.
constexpr std::chrono::hours kUnused{72};

bool IsComplete(const BucketStates& states, const std::vector<BucketClaim>& claims) {
  return std::all_of(claims.begin(), claims.end(), [&](const BucketClaim& claim) {
    const auto bucket = states.buckets.find(claim.bucket);
    if (bucket == states.buckets.end()) return false;
    return std::all_of(claim.windows.begin(), claim.windows.end(), [&](const WindowClaim& each) {
      return bucket->second.windows.contains(KeyOf(each.window));
    });
  });
}

// All rows, even those that were not there until now.
BucketStates Lock(pqxx::work& tx, const std::vector<BucketClaim>& claims) {
  std::vector<std::string> names;
  for (const BucketClaim& claim : claims) names.push_back(claim.bucket);
  BucketStates states = LockBuckets(tx, names);
  if (IsComplete(states, claims)) return states;
  MakeBuckets(tx, claims);
  return LockBuckets(tx, names);
}

}  // namespace

absl::StatusOr<std::vector<BucketGrant>> QuotaStore::Exchange(
    const std::vector<BucketClaim>& claims) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    BucketStates states = Lock(tx, claims);
    std::vector<BucketGrant> grants;
    for (const BucketClaim& claim : claims) {
      grants.push_back(Settle(states.buckets[claim.bucket], replica_, claim, states.now, lease_));
    }
    SaveBuckets(tx, states);
    return grants;
  });
}

absl::StatusOr<QuotaStore::Standing> QuotaStore::Explain(const std::string& bucket,
                                                         const std::vector<QuotaWindow>& windows) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    BucketStates states = ReadBuckets(tx, {bucket});
    BucketState& state = states.buckets[bucket];
    Standing standing{.budgets = BudgetsOf(state, windows, states.now), .stopped_until = {}};
    if (state.stopped_until > states.now) standing.stopped_until = state.stopped_until;
    return standing;
  });
}

absl::Status QuotaStore::Save(const std::vector<BreakerNotice>& notices) {
  if (notices.empty()) return absl::OkStatus();
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    for (const BreakerNotice& notice : notices) SaveBreaker(tx, notice);
  });
}

absl::StatusOr<std::vector<BreakerNotice>> QuotaStore::ListBreakers(const std::string& account) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return adapter_gateway::ListBreakers(tx, account); });
}

absl::Status QuotaStore::ForgetUnused() {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    ForgetBuckets(tx, kUnused);
    ForgetBreakers(tx);
  });
}

}  // namespace callimport::adapter_gateway
