// Asking adapter-gateway how much more a source may be asked.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <stop_token>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/quota.pb.h"

namespace callimport::adapter_gateway {

// What Quota promises; its proto says which errors there are.
class QuotaClient {
 public:
  virtual ~QuotaClient() = default;

  // CANCELLED as soon as `stop` asks for it.
  virtual absl::StatusOr<v1::ExplainLimitsResponse> ExplainLimits(
      const v1::ExplainLimitsRequest& request, const std::stop_token& stop) = 0;
};

std::unique_ptr<QuotaClient> MakeQuotaClient(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::adapter_gateway
