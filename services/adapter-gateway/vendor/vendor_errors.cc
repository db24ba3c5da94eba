#include "services/adapter-gateway/vendor/vendor_errors.h"

#include "libs/common/errors.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

constexpr size_t kMaxWords = 300;

std::string Shown(const std::string& words) {
  return words.empty() ? "" : ": " + log::Redact(words.substr(0, kMaxWords));
}

}  // namespace

Verdict JudgeStatus(int http_status) {
  if (http_status >= 200 && http_status < 300) return Verdict::kAnswer;
  if (http_status == 429) return Verdict::kSlowDown;
  if (http_status >= 500 || http_status == 408 || http_status == 425) return Verdict::kTryAgain;
  return Verdict::kRefused;
}

absl::Status VendorError(const std::string& platform, const std::string& what) {
  return Error(absl::StatusCode::kUnavailable, "VENDOR_ERROR", platform + Shown(what));
}

absl::Status OfTransport(const std::string& platform, const absl::Status& error) {
  const std::string why(error.message());
  switch (error.code()) {
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kFailedPrecondition:
      return error;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kInvalidArgument:
      return Error(absl::StatusCode::kFailedPrecondition, "ADDRESS_REFUSED", why);
    case absl::StatusCode::kUnavailable:
      return Error(absl::StatusCode::kUnavailable, "VENDOR_UNREACHABLE",
                   platform + " does not answer" + Shown(why));
    default:
      return VendorError(platform, why);
  }
}

absl::Status VendorRefused(const std::string& platform, int http_status, const std::string& words) {
  if (http_status == 401) {
    return Error(absl::StatusCode::kFailedPrecondition, "INVALID_KEY",
                 platform + " does not accept the key" + Shown(words));
  }
  if (http_status == 403) {
    return Error(absl::StatusCode::kFailedPrecondition, "MISSING_PERMISSION",
                 platform + " does not allow this; an administrator there has to" + Shown(words));
  }
  return Error(
      absl::StatusCode::kFailedPrecondition, "VENDOR_REFUSED",
      platform + " refused with HTTP status " + std::to_string(http_status) + Shown(words));
}

std::string WordsOf(const json::Document& answer) {
  if (const auto errors = answer.root().Find("errors")) {
    const std::vector<json::Value> texts = errors->Children();
    if (!texts.empty()) return texts.front().Text().value_or("");
  }
  const auto message = answer.root().Find("message");
  return message ? message->Text().value_or("") : "";
}

bool IsInvalidKey(const absl::Status& status) { return ReasonOf(status) == "INVALID_KEY"; }

}  // namespace callimport::adapter_gateway
