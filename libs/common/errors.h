// How a decision says no: an absl::Status with a stable reason that callers may act on.
//
// The details travel as google.rpc messages in the status payloads, which libs/rpc/status passes
// through gRPC unchanged.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace callimport {

// `reason` is UPPER_SNAKE and never changes; `message` is for people and holds no secret.
absl::Status Error(absl::StatusCode code, const std::string& reason, const std::string& message);

// The same error, saying when another try makes sense.
absl::Status WithRetryDelay(absl::Status status, std::chrono::milliseconds delay);

// Empty when the status carries none.
std::string ReasonOf(const absl::Status& status);
std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status);

// Collects everything that is wrong with a request, so that the caller learns it at once.
class RequestCheck {
 public:
  RequestCheck& Require(bool fine, const std::string& field, const std::string& description);

  // OK, or INVALID_ARGUMENT (INVALID_REQUEST) with a BadRequest field violation for each.
  absl::Status Verdict() const;

 private:
  absl::Status verdict_;
};

}  // namespace callimport
