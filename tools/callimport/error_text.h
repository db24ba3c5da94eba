// An error as one sentence for people.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace callimport::cli {

// "job_id: must be the id of a job [INVALID_REQUEST] (correlation id 0198…)". Field violations
// stand in the message.
std::string ErrorText(const absl::Status& status);

}  // namespace callimport::cli
