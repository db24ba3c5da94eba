#include "services/adapter-gateway/api/rpc_patience.h"

#include <algorithm>

namespace callimport::adapter_gateway {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kTimeToAnswer{500};

}  // namespace

Patience PatienceOf(const grpc::ServerContext& context, const Clock& clock) {
  const Timestamp deadline = context.deadline() - kTimeToAnswer;
  return {.until = std::min<Timestamp>(clock.Now() + kPatience, deadline),
          .cancelled = [&context] { return context.IsCancelled(); }};
}

}  // namespace callimport::adapter_gateway
