// Watches an import to its end, through restarts of the service.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/callimport/session.h"

namespace callimport::cli {

// Shows the import live on a terminal, line by line otherwise. Returns the exit code its end means.
absl::StatusOr<int> WatchImport(Session& session, const std::string& job_id);

// One after the other; the worst exit code.
absl::StatusOr<int> WatchImports(Session& session, const std::vector<std::string>& job_ids);

}  // namespace callimport::cli
