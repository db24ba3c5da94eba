// The Quota rpcs: how much more a vendor may be asked.
#pragma once

#include "callimport/adapter_gateway/v1/quota.grpc.pb.h"
#include "libs/common/clock.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"
#include "services/adapter-gateway/storage/quota_store.h"

namespace callimport::adapter_gateway {

class QuotaService final : public v1::Quota::Service {
 public:
  QuotaService(VendorAccounts& accounts, QuotaStore& store, const Clock& clock)
      : accounts_(accounts), store_(store), clock_(clock) {}

  grpc::Status ExplainLimits(grpc::ServerContext* context, const v1::ExplainLimitsRequest* request,
                             v1::ExplainLimitsResponse* response) override;

 private:
  absl::StatusOr<v1::ExplainLimitsResponse> Explain(const v1::ExplainLimitsRequest& request);
  absl::Status AddBudgets(const VendorAccount& account, QuotaScope scope,
                          v1::ExplainLimitsResponse& response);
  absl::Status AddBreakers(const VendorAccount& account, v1::ExplainLimitsResponse& response);

  VendorAccounts& accounts_;
  QuotaStore& store_;
  const Clock& clock_;
};

}  // namespace callimport::adapter_gateway
