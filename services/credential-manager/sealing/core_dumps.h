// What is in memory stays there.
#pragma once

#include "absl/status/status.h"

namespace callimport::credential_manager {

// No core dump of this process, and no debugger or reader of its memory but root. To be called
// before any secret is read.
absl::Status ForbidCoreDumps();

}  // namespace callimport::credential_manager
