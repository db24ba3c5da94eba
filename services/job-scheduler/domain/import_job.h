// One import, from its request to its end, and the rules of what may happen to it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "callimport/common/v1/actor.pb.h"
#include "callimport/common/v1/call.pb.h"
#include "callimport/common/v1/progress.pb.h"
#include "libs/common/clock.h"
#include "services/job-scheduler/domain/job_charge.h"
#include "services/job-scheduler/domain/job_states.h"

namespace callimport::job_scheduler {

using common::v1::WorkClass;

enum class JobKind { kHistorical, kSync, kUpload, kReconciliation };

// The platform of calls that come from no source but a person.
inline constexpr char kUploadPlatform[] = "upload";

// Which calls are meant: by their start, the end not included.
struct Window {
  Timestamp start;
  Timestamp end;
};

// 2020-01-01T00:00:00Z: older calls are imported only when somebody asks for them.
inline constexpr Timestamp kEarliestDefault{std::chrono::seconds(1'577'836'800)};

struct ImportJob {
  std::string job_id;
  std::string workspace_id;
  std::string credential_id;
  // Empty until counted.
  std::string platform;
  JobKind kind = JobKind::kHistorical;
  Window window;
  // What else must hold of the calls, by the names that the platform has for it.
  std::map<std::string, std::string> attributes;
  WorkClass work_class = common::v1::WORK_CLASS_BULK;
  // Higher first within its class.
  int priority = 0;
  // Somebody decided that it does not wait for the nightly window.
  bool run_now = false;
  // Empty: nothing was quoted.
  std::string quote_id;
  // What it takes of the plan.
  JobCharge charge;
  JobState state = common::v1::JOB_STATE_PENDING;
  // Whatever began under a lower one is refused.
  int64_t epoch = 1;
  // Set exactly while PAUSED: where it goes on.
  std::optional<JobState> paused_from;
  // processed_calls is not kept; StatusOf adds it up.
  common::v1::Progress progress;
  // Why listing stands still; empty while it does not.
  std::string listing_error;
  // Listing ended early, as the source refuses the credential, or was given up.
  bool listing_refused = false;
  // Of the calls.
  std::string last_error;
  std::string current_item;
  common::v1::Actor created_by;
  std::string correlation_id;
  Timestamp created_at;
  // As stored; the database sets it.
  Timestamp updated_at;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
  // When it is likely to end, at best and at worst; unset until it can be told.
  std::optional<Timestamp> finish_earliest;
  std::optional<Timestamp> finish_latest;
  // What it waits for, as last looked at; the first is what people should be shown.
  std::vector<common::v1::Wait> waits;
};

// What listing_error begins with when the source could not be listed for too long.
inline constexpr char kListingGivenUp[] = "LISTING_GIVEN_UP";
bool IsListingGivenUp(const ImportJob& job);

// How one transaction changes the numbers of a job.
struct Tally {
  int64_t completed = 0;
  int64_t failed = 0;
  int64_t skipped = 0;
  int64_t media_stored = 0;
  int64_t transcripts_ready = 0;
  int64_t media_bytes = 0;
  int64_t errors = 0;
  int64_t warnings = 0;
  // The newest, when there was one.
  std::string last_error = {};
};

// Calls that are neither ended nor another job's.
int64_t OpenCalls(const ImportJob& job);

// A paused job waits for nothing else.
common::v1::Wait PausedWait();

// Moves the job on, and keeps its epoch and the times of its start and end. False when the event
// cannot happen.
bool Apply(ImportJob& job, JobEvent event, Timestamp now);

// To where it was paused. False when it is not paused.
bool Resume(ImportJob& job, Timestamp now);

// It does not wait for the nightly window any more.
void TakeOutOfWindow(ImportJob& job);

void Add(ImportJob& job, const Tally& tally);

// Ends the job when nothing is left to be done. False while something is.
bool Settle(ImportJob& job, Timestamp now);

// Which calls the job is about, as the source is asked for them.
common::v1::CallFilter FilterOf(const ImportJob& job);

// What everybody may see of a job; made here and nowhere else.
common::v1::JobStatus StatusOf(const ImportJob& job);

}  // namespace callimport::job_scheduler
