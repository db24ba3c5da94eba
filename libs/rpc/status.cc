#include "libs/rpc/status.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <string>

#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

// gRPC refuses trailing metadata above 8 KiB, and with them the whole answer. Text may triple on
// its way, since it is percent-encoded; details grow by a third.
constexpr size_t kMaxText = 600;
constexpr size_t kMaxDetails = 4096;

constexpr char kErrorInfo[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kRetryInfo[] = "type.googleapis.com/google.rpc.RetryInfo";

bool IsOursToKnow(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInternal ||
         status.code() == absl::StatusCode::kUnknown;
}

std::string Shortened(std::string text) {
  if (text.size() <= kMaxText) return text;
  size_t end = kMaxText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string PublicText(const absl::Status& status) {
  if (!IsOursToKnow(status)) return Shortened(log::Redact(std::string(status.message())));
  return "internal error, correlation id " + CurrentCorrelationId();
}

// What a caller acts on always travels; the rest only as far as it fits.
bool Travels(const absl::Status& status, const std::string& type_url, size_t size) {
  if (type_url == kErrorInfo || type_url == kRetryInfo) return true;
  return !IsOursToKnow(status) && size <= kMaxDetails;
}

void CopyDetails(const absl::Status& status, google::rpc::Status& rich) {
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    const size_t size = rich.ByteSizeLong() + payload.size();
    if (!Travels(status, std::string(type_url), size)) return;
    google::protobuf::Any& detail = *rich.add_details();
    detail.set_type_url(std::string(type_url));
    detail.set_value(std::string(payload));
  });
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status rich;
  rich.set_code(static_cast<int>(status.code()));
  rich.set_message(PublicText(status));
  CopyDetails(status, rich);
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
