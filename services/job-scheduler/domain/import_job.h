// One import, from its request to its end, and the rules of what may happen to it.
#pragma once

#include <optional>
#include <string>

#include "callimport/common/v1/actor.pb.h"
#include "callimport/common/v1/progress.pb.h"
#include "libs/common/clock.h"
#include "services/job-scheduler/domain/job_states.h"

namespace callimport::job_scheduler {

enum class JobKind { kHistorical, kUpload };

// The platform of calls that come from no source but a person.
inline constexpr char kUploadPlatform[] = "upload";

// Which calls are meant: by their start, the end not included.
struct Window {
  Timestamp start;
  Timestamp end;
};

struct ImportJob {
  std::string job_id;
  std::string workspace_id;
  std::string credential_id;
  // Empty until counted.
  std::string platform;
  JobKind kind = JobKind::kHistorical;
  Window window;
  JobState state = common::v1::JOB_STATE_PENDING;
  // processed_calls is not kept; StatusOf adds it up.
  common::v1::Progress progress;
  // Why listing stands still; empty while it does not.
  std::string listing_error;
  // Listing ended early, as the source refuses the credential.
  bool listing_refused = false;
  // Of the calls.
  std::string last_error;
  std::string current_item;
  common::v1::Actor created_by;
  std::string correlation_id;
  Timestamp created_at;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
};

// How one transaction changes the numbers of a job.
struct Tally {
  int64_t completed = 0;
  int64_t failed = 0;
  int64_t skipped = 0;
  int64_t media_stored = 0;
  int64_t transcripts_ready = 0;
  int64_t media_bytes = 0;
  int64_t errors = 0;
  // The newest, when there was one.
  std::string last_error = {};
};

// Calls that are neither ended nor another job's.
int64_t OpenCalls(const ImportJob& job);

// Moves the job on, and keeps the times of its start and end. False when the event cannot happen.
bool Apply(ImportJob& job, JobEvent event, Timestamp now);

void Add(ImportJob& job, const Tally& tally);

// Ends the job when nothing is left to be done. False while something is.
bool Settle(ImportJob& job, Timestamp now);

// What everybody may see of a job; made here and nowhere else.
common::v1::JobStatus StatusOf(const ImportJob& job);

}  // namespace callimport::job_scheduler
