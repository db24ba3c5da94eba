#include "libs/rpc/status.h"

#include <google/rpc/status.pb.h>

#include <string>

#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown;
}

std::string TextFor(const absl::Status& status) {
  if (!IsOurFault(status.code())) return log::Redact(std::string(status.message()));
  return "internal error; the log knows more under correlation id " + CurrentCorrelationId();
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;

  google::rpc::Status rich;
  rich.set_code(static_cast<int>(status.code()));
  rich.set_message(TextFor(status));
  status.ForEachPayload([&rich](absl::string_view type_url, const absl::Cord& payload) {
    google::protobuf::Any& detail = *rich.add_details();
    detail.set_type_url(std::string(type_url));
    detail.set_value(std::string(payload));
  });
  return {static_cast<grpc::StatusCode>(rich.code()), rich.message(), rich.SerializeAsString()};
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();

  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return result;
  for (const google::protobuf::Any& detail : rich.details()) {
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return result;
}

}  // namespace callimport::rpc
