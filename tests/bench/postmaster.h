// The head of the PostgreSQL processes that CALLIMPORT_TEST_POSTGRES leads to.
#pragma once

#include <sys/types.h>

#include "absl/status/statusor.h"

namespace callimport::bench {

// NOT_FOUND when it runs on another machine.
absl::StatusOr<pid_t> FindPostmaster();

}  // namespace callimport::bench
