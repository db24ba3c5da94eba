#include "tools/callimport/error_text.h"

#include "libs/common/errors.h"
#include "libs/telemetry/correlation.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

constexpr int kLongest = 2000;

// What gRPC says by itself carries no reason of ours.
std::string Reason(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

}  // namespace

std::string ErrorText(const absl::Status& status) {
  std::string text = Fit(std::string(status.message()), kLongest);
  text += " [" + Reason(status) + "]";
  const std::string& correlation_id = CurrentCorrelationId();
  if (!correlation_id.empty() && text.find(correlation_id) == std::string::npos) {
    text += " (correlation id " + correlation_id + ")";
  }
  return text;
}

}  // namespace callimport::cli
