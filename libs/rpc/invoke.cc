#include "libs/rpc/invoke.h"

#include <algorithm>
#include <random>
#include <thread>

#include "libs/common/ids.h"
#include "libs/common/retry_policy.h"
#include "libs/rpc/correlation_metadata.h"
#include "libs/telemetry/correlation.h"

namespace callimport::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

void PrepareUntil(grpc::ClientContext& context, system_clock::time_point deadline) {
  const std::string& current = CurrentCorrelationId();
  context.set_deadline(deadline);
  context.AddMetadata(kCorrelationKey, current.empty() ? NewUuid() : current);
}

milliseconds PauseAfter(int failures) {
  thread_local std::minstd_rand random(std::random_device{}());
  const RetryPolicy policy{.first_delay = milliseconds(100), .max_delay = milliseconds(1000)};
  return DelayAfter(policy, failures, random);
}

}  // namespace

void Prepare(grpc::ClientContext& context, milliseconds timeout) {
  PrepareUntil(context, system_clock::now() + timeout);
}

absl::Status InvokeWithRetry(const InvokeOptions& options,
                             const std::function<grpc::Status(grpc::ClientContext&)>& attempt) {
  const auto deadline = system_clock::now() + options.timeout;
  for (int tries = 1;; ++tries) {
    grpc::ClientContext context;
    PrepareUntil(context, deadline);
    const std::stop_callback cancel(options.stop, [&] { context.TryCancel(); });
    const grpc::Status status = attempt(context);
    const milliseconds pause = PauseAfter(tries);
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE || tries >= options.attempts ||
        system_clock::now() + pause >= deadline) {
      return FromGrpcStatus(status);
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace callimport::rpc
