// How a reader says what it has already: opaque to it, and good for one job only.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace callimport::status_tracker {

std::string MakeResumeToken(const std::string& job_id, int64_t revision);

// The revision; 0 for an empty token. INVALID_ARGUMENT with a field violation for a token that
// was not made here, or for another job.
absl::StatusOr<int64_t> ReadResumeToken(const std::string& token, const std::string& job_id);

}  // namespace callimport::status_tracker
