// Why calls of a job failed, summed up; and the token by which all calls of one cause are retried.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/common/clock.h"

namespace callimport::job_scheduler {

struct FailureCause {
  // Stable, such as NOT_MEDIA.
  std::string reason;
  // The newest of this cause.
  std::string message;
  int64_t calls = 0;
  Timestamp newest;
};

// The failed calls of one cause. Those that fail later are not meant, so that a token used twice
// retries nothing twice.
struct CauseRef {
  std::string reason;
  Timestamp failed_until;

  bool operator==(const CauseRef&) const = default;
};

// Which failed calls of a job are meant: all of them, when nothing is named.
struct FailedCalls {
  std::vector<std::string> call_ids = {};
  std::optional<CauseRef> cause = {};

  bool All() const { return call_ids.empty() && !cause; }
};

// Opaque to callers, and good for this job only.
std::string RetryTokenOf(const std::string& job_id, const CauseRef& cause);
// Nothing, when it is no token of this job.
std::optional<CauseRef> CauseOf(const std::string& job_id, const std::string& retry_token);

}  // namespace callimport::job_scheduler
