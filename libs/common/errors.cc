#include "libs/common/errors.h"

#include <google/rpc/error_details.pb.h>

#include <algorithm>

#include "libs/common/proto_time.h"

namespace callimport {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";
constexpr char kDomain[] = "callimport";
// They travel in a trailer, which gRPC drops when it is too long.
constexpr int kMostViolations = 20;

template <typename Detail>
std::string TypeUrl() {
  return kTypePrefix + Detail::descriptor()->full_name();
}

template <typename Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

template <typename Detail>
std::optional<Detail> Attached(const absl::Status& status) {
  const auto payload = status.GetPayload(TypeUrl<Detail>());
  if (!payload.has_value()) return std::nullopt;
  Detail detail;
  if (!detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

bool Holds(const google::rpc::BadRequest& violations, const std::string& field,
           const std::string& description) {
  return std::ranges::any_of(violations.field_violations(), [&](const auto& violation) {
    return violation.field() == field && violation.description() == description;
  });
}

}  // namespace

absl::Status Error(absl::StatusCode code, const std::string& reason, const std::string& message) {
  absl::Status status(code, message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain(kDomain);
  Attach(status, info);
  return status;
}

absl::Status WithRetryDelay(absl::Status status, std::chrono::milliseconds delay) {
  google::rpc::RetryInfo info;
  *info.mutable_retry_delay() = ToProto(delay);
  Attach(status, info);
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const auto info = Attached<google::rpc::ErrorInfo>(status);
  return info ? info->reason() : "";
}

std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status) {
  const auto info = Attached<google::rpc::RetryInfo>(status);
  if (!info) return std::nullopt;
  return FromProto(info->retry_delay());
}

RequestCheck& RequestCheck::Require(bool fine, const std::string& field,
                                    const std::string& description) {
  if (fine) return *this;
  auto violations = Attached<google::rpc::BadRequest>(verdict_).value_or(google::rpc::BadRequest());
  const bool full = violations.field_violations_size() == kMostViolations;
  if (full || Holds(violations, field, description)) return *this;
  auto& violation = *violations.add_field_violations();
  violation.set_field(field);
  violation.set_description(description);

  const std::string sentence = field + ": " + description;
  const std::string message =
      verdict_.ok() ? sentence : std::string(verdict_.message()) + "; " + sentence;
  verdict_ = Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST", message);
  Attach(verdict_, violations);
  return *this;
}

absl::Status RequestCheck::Verdict() const { return verdict_; }

}  // namespace callimport
