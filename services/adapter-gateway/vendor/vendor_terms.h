// What holds for every account of one platform.
#pragma once

#include <memory>
#include <string>

#include "services/adapter-gateway/domain/quota_policy.h"
#include "services/adapter-gateway/vendor/contract_sentinel.h"
#include "services/adapter-gateway/vendor/egress_rules.h"
#include "services/adapter-gateway/vendor/error_budget.h"
#include "services/adapter-gateway/vendor/vendor_metrics.h"

namespace callimport::adapter_gateway {

struct VendorTerms {
  // "Gong", for people.
  std::string name;
  LivePolicy quota;
  EgressRules egress;
  std::unique_ptr<VendorMetrics> metrics;
  // Null: nobody looks at what its answers look like.
  std::unique_ptr<ContractSentinel> sentinel = nullptr;
  // Null: nobody counts what goes wrong.
  std::unique_ptr<ErrorBudget> budget = nullptr;
};

}  // namespace callimport::adapter_gateway
