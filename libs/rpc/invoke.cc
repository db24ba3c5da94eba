#include "libs/rpc/invoke.h"

#include <random>
#include <thread>

#include "libs/common/ids.h"
#include "libs/common/retry_policy.h"
#include "libs/rpc/metadata.h"
#include "libs/telemetry/correlation.h"

namespace callimport::rpc {

void Prepare(grpc::ClientContext& context, std::chrono::milliseconds timeout) {
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  const std::string& id = CurrentCorrelationId();
  context.AddMetadata(kCorrelationIdKey, id.empty() ? NewUuid() : id);
}

absl::Status InvokeWithRetry(const InvokeOptions& options,
                             const std::function<grpc::Status(grpc::ClientContext&)>& attempt) {
  std::minstd_rand random(std::random_device{}());
  const RetryPolicy policy;
  for (int tried = 1;; ++tried) {
    grpc::ClientContext context;
    Prepare(context, options.timeout);
    const grpc::Status status = attempt(context);
    const bool again = status.error_code() == grpc::StatusCode::UNAVAILABLE;
    if (!again || tried >= options.attempts) return FromGrpcStatus(status);
    std::this_thread::sleep_for(DelayAfter(policy, tried, random));
  }
}

}  // namespace callimport::rpc
