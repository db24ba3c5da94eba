#include "services/adapter-gateway/api/rpc_patience.h"

#include <algorithm>

namespace callimport::adapter_gateway {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kTimeToAnswer{500};

bool IsUrgent(common::v1::WorkClass work_class) {
  return work_class == common::v1::WORK_CLASS_INTERACTIVE ||
         work_class == common::v1::WORK_CLASS_SYNC || work_class == common::v1::WORK_CLASS_WEBHOOK;
}

}  // namespace

Patience PatienceOf(const grpc::ServerContext& context, const Clock& clock,
                    common::v1::WorkClass work_class) {
  const Timestamp deadline = context.deadline() - kTimeToAnswer;
  return {.until = std::min<Timestamp>(clock.Now() + kPatience, deadline),
          .cancelled = [&context] { return context.IsCancelled(); },
          .urgent = IsUrgent(work_class)};
}

}  // namespace callimport::adapter_gateway
