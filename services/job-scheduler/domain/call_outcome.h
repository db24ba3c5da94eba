// What becomes of a call when its worker has said how the attempt went.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "libs/common/clock.h"
#include "services/job-scheduler/domain/call_states.h"
#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/domain/retry_schedule.h"

namespace callimport::job_scheduler {

// Worth knowing, and no failure.
struct CallWarning {
  // Stable, such as TRANSCRIPT_MISSING.
  std::string reason;
  // For people; redacted.
  std::string message;
};

struct Completed {
  std::string engagement_id;
  int64_t media_bytes = 0;
  std::vector<CallWarning> warnings = {};
};

enum class FailureClass { kTransient, kQuota, kAuth, kPermanent };

struct Failed {
  FailureClass failure_class = FailureClass::kTransient;
  // Stable, such as NOT_MEDIA.
  std::string reason;
  // For people; redacted.
  std::string message;
  // What the vendor wishes; 0 when it does not say.
  std::chrono::milliseconds retry_after{0};
};

using Outcome = std::variant<Completed, Failed>;

// A call under a valid lease.
struct CallInWork {
  std::string call_id;
  int64_t lease_number = 0;
  std::string job_id;
  CallState state = common::v1::CALL_STATE_DOWNLOADING;
  int failures = 0;
  bool media_stored = false;
  bool transcript_ready = false;
};

// The call after the attempt, and how that changes its job's numbers.
struct Verdict {
  CallState state = common::v1::CALL_STATE_PENDING;
  // When it is due again; set exactly while it is open.
  std::optional<Timestamp> available_at;
  int failures = 0;
  bool media_stored = false;
  bool transcript_ready = false;
  std::string engagement_id;
  std::string error_reason;
  std::string error_message;
  Tally tally;
};

// `cancelling`: the job is being cancelled, so nothing is tried again. That something was
// completed stays true all the same.
Verdict Judge(const CallInWork& call, const Outcome& outcome, bool cancelling,
              const RetrySchedule& schedule, Timestamp now, std::minstd_rand& random);

// The vendor refused the key: it waits for a time when the vendor accepts it, with nothing counted.
Verdict AwaitKey(const CallInWork& call, const Failed& refused, Timestamp now);

// What was begun under an older epoch, or for a job that is paused, and has not succeeded: as if it
// had not been tried.
Verdict HandBack(const CallInWork& call, Timestamp now);

}  // namespace callimport::job_scheduler
