#include "services/adapter-gateway/media/media_try.h"

#include "libs/common/errors.h"
#include "libs/http/retry_after.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway {
namespace {

bool IsRedirect(const http::Head& head) {
  return head.status >= 301 && head.status <= 308 && head.status != 304 &&
         head.headers.count("location") != 0;
}

bool IsStale(int status) {
  return status == 401 || status == 403 || status == 404 || status == 410;
}

// A page to sign in at, or an error in a document: no recording comes so.
bool IsPage(const http::Head& head) {
  const auto type = head.headers.find("content-type");
  return type != head.headers.end() &&
         (type->second.starts_with("text/html") || type->second.starts_with("application/json"));
}

}  // namespace

absl::Status Truncated(const std::string& how) {
  return Error(absl::StatusCode::kDataLoss, "RECORDING_TRUNCATED", "the recording " + how);
}

absl::Status MediaTry::TakeHead(const VendorTerms& terms, const http::Head& head,
                                const MediaPlace& place, Timestamp now) {
  if (place.CanGoOn() && (head.status == 200 || head.status == 206 || head.status == 416)) {
    if (!place.IsRest(head)) return Truncated("ended early, and the rest of it is not to be had");
    begun = true;
    return absl::OkStatus();
  }
  if (head.status == 200 && IsPage(head) && !takes_pages) {
    stale = true;
    return VendorError(terms.name, "a page is answered instead of the recording");
  }
  if (head.status == 200) {
    begun = true;
    return absl::OkStatus();
  }
  if (IsRedirect(head)) {
    redirect = head.headers.at("location");
    return absl::CancelledError();  // ends this request; another one goes on
  }
  stale = IsStale(head.status);
  const std::string what =
      "the recording is answered with HTTP status " + std::to_string(head.status);
  if (JudgeStatus(head.status) != Verdict::kSlowDown) return VendorError(terms.name, what);
  return WithRetryDelay(
      Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", terms.name + ": " + what),
      http::RetryAfterOf(head, now).value_or(terms.quota.Now()->default_retry_after));
}

absl::Status MediaTry::Judge(const VendorTerms& terms, const absl::Status& ended) const {
  if (!own.ok() || ended.ok()) return own;
  if (!begun) return OfTransport(terms.name, ended);
  return Truncated("ended early: " + std::string(ended.message()));
}

}  // namespace callimport::adapter_gateway
