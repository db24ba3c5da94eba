#include "libs/rpc/answer.h"

#include <algorithm>
#include <cctype>
#include <exception>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/metadata.h"
#include "libs/rpc/status.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

bool IsUsable(const std::string& id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

absl::Status Decide(const grpc::ServerContextBase& context,
                    const std::function<absl::Status(const Caller&)>& decide) {
  const std::optional<Caller> caller = CallerOf(context);
  if (!caller) {
    return Error(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                 "the client certificate names nobody we know");
  }
  try {
    return decide(*caller);
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

bool IsOurs(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInternal ||
         status.code() == absl::StatusCode::kUnknown ||
         status.code() == absl::StatusCode::kDataLoss;
}

}  // namespace

std::string CorrelationIdOf(const grpc::ServerContextBase& context) {
  const auto found = context.client_metadata().find(kCorrelationIdKey);
  if (found != context.client_metadata().end()) {
    std::string id(found->second.data(), found->second.size());
    if (IsUsable(id)) return id;
  }
  return NewUuid();
}

grpc::Status AnswerWith(grpc::ServerContextBase& context,
                        const std::function<absl::Status(const Caller&)>& decide) {
  const CorrelationScope scope(CorrelationIdOf(context));
  context.AddTrailingMetadata(kCorrelationIdKey, CurrentCorrelationId());
  const absl::Status status = Decide(context, decide);
  if (IsOurs(status)) log::Error("an rpc failed", {{"status", status}});
  return ToGrpcStatus(status);
}

}  // namespace callimport::rpc
