#include "services/credential-manager/sealing/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "libs/common/errors.h"

namespace callimport::credential_manager {

absl::Status ForbidCoreDumps() {
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kInternal, "CORE_DUMPS_ALLOWED", "core dumps cannot be forbidden");
}

}  // namespace callimport::credential_manager
