#include "libs/rpc/answer.h"

#include <exception>
#include <string>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/correlation_metadata.h"
#include "libs/rpc/status.h"
#include "libs/rpc/text_check.h"
#include "libs/rpc/workspace_check.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

using Decide = std::function<absl::Status(const Caller&)>;

absl::Status DecideOrCatch(const Decide& decide, const Caller& caller) try {
  return decide(caller);
} catch (const std::exception& problem) {
  return Error(absl::StatusCode::kInternal, "UNEXPECTED_EXCEPTION", problem.what());
} catch (...) {
  return Error(absl::StatusCode::kInternal, "UNEXPECTED_EXCEPTION", "of no known type");
}

// Errors of the caller are the caller's to read; these are ours.
bool IsOurs(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInternal ||
         status.code() == absl::StatusCode::kUnknown ||
         status.code() == absl::StatusCode::kDataLoss;
}

}  // namespace

absl::Status Admit(const Caller& caller, const google::protobuf::Message& request) {
  RETURN_IF_ERROR(CheckTextsOf(request));
  return CheckWorkspaceOf(caller, request);
}

grpc::Status AnswerWith(grpc::ServerContextBase& context, const Decide& decide) {
  const CorrelationScope scope(CorrelationIdOf(context));
  context.AddTrailingMetadata(kCorrelationKey, CurrentCorrelationId());
  const auto caller = CallerOf(context);
  if (!caller) {
    return ToGrpcStatus(Error(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                              "neither a client certificate nor a token names anybody known here"));
  }
  return Translate(*caller, DecideOrCatch(decide, *caller));
}

grpc::Status Translate(const Caller& caller, const absl::Status& status) {
  if (IsOurs(status)) {
    log::Error("rpc failed", {{"caller", caller.Identity()}, {"status", status}});
  }
  return ToGrpcStatus(status);
}

grpc::Status AnswerWith(grpc::ServerContextBase& context, const google::protobuf::Message& request,
                        const Decide& decide) {
  return AnswerWith(context, [&](const Caller& caller) {
    absl::Status admitted = Admit(caller, request);
    return admitted.ok() ? decide(caller) : admitted;
  });
}

std::string CorrelationIdOf(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(kCorrelationKey);
  if (found == metadata.end()) return NewUuid();
  std::string id(found->second.data(), found->second.size());
  // It goes into logs and tables, so it is held to the same letters as a workspace id.
  return IsWorkspaceId(id) ? id : NewUuid();
}

}  // namespace callimport::rpc
