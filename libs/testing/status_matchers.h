// EXPECT_THAT(result, IsOk());  EXPECT_THAT(result, HasReason("LEASE_LOST"));
#pragma once

#include <gmock/gmock.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/errors.h"

namespace callimport::testing {

inline absl::Status StatusOf(const absl::Status& status) { return status; }
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(HasCode, code, "has code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

MATCHER_P(HasReason, reason, std::string("has reason ") + reason) {
  *result_listener << StatusOf(arg).ToString();
  return ReasonOf(StatusOf(arg)) == reason;
}

}  // namespace callimport::testing
