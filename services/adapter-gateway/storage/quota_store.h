// The budgets and the breakers that all replicas know of. Every method is one transaction.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/adapter-gateway/domain/breaker_notice.h"
#include "services/adapter-gateway/domain/quota_exchange.h"
#include "services/adapter-gateway/domain/window_ledger.h"

namespace callimport::adapter_gateway {

class QuotaStore : public QuotaExchange {
 public:
  // `replica`: of this process alone. What it holds is lost to it `lease` after it last asked.
  QuotaStore(postgres::Pool& pool, std::string replica, std::chrono::milliseconds lease)
      : pool_(pool), replica_(std::move(replica)), lease_(lease) {}

  std::chrono::milliseconds lease() const override { return lease_; }
  absl::StatusOr<std::vector<BucketGrant>> Exchange(
      const std::vector<BucketClaim>& claims) override;

  struct Standing {
    std::vector<WindowBudget> budgets;
    // Unset: it is not stopped.
    std::optional<Timestamp> stopped_until;
  };
  // How a bucket stands, as far as replicas have told; a bucket that nobody used is untouched.
  absl::StatusOr<Standing> Explain(const std::string& bucket,
                                   const std::vector<QuotaWindow>& windows);

  // Tells the other replicas.
  absl::Status Save(const std::vector<BreakerNotice>& notices);
  // The breakers of an account that are not closed, whichever replica they are of.
  absl::StatusOr<std::vector<BreakerNotice>> ListBreakers(const std::string& account);

  // Forgets buckets and breakers that nothing was heard of for days.
  absl::Status ForgetUnused();

 private:
  postgres::Pool& pool_;
  const std::string replica_;
  const std::chrono::milliseconds lease_;
};

}  // namespace callimport::adapter_gateway
