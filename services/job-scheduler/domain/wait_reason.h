// Why a job does not go on right now: everything that holds it, in one place.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "callimport/common/v1/progress.pb.h"
#include "libs/common/clock.h"
#include "services/job-scheduler/domain/credential_refusal.h"
#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

// Some calls of a job that are not tried before a time.
struct WaitingCalls {
  int64_t calls = 0;
  // The earliest of their times, and the latest.
  std::optional<Timestamp> until = {};
  std::optional<Timestamp> last = {};

  void Add(int64_t more, Timestamp from, Timestamp to);
};

// What the queue holds of one job.
struct QueueFacts {
  int64_t in_work = 0;
  // Neither in work nor put off: could be leased as far as the calls themselves go.
  int64_t due = 0;
  // The vendor has said so: what is due of the credential waits until then.
  std::optional<Timestamp> parked_until;
  // Calls that are put off: as they ran into the vendor's limit, or met an open breaker, or failed.
  WaitingCalls quota;
  WaitingCalls breaker;
  WaitingCalls retry;
  // Of other jobs.
  int64_t others_in_work = 0;
  // BULK calls of the credential that were started in this window.
  int64_t started_in_window = 0;
  // Older jobs take the places that the workspace, or the credential, has.
  std::optional<std::string> job_limit;
  // The vendor refuses the key that the calls need.
  std::optional<CredentialRefusal> refusal;
  // A mass import holds the workspace, and this job is not its own.
  bool maintenance = false;
  // The listing stands still until then; with or without a failure.
  std::optional<Timestamp> listing_until;
  bool listing_failed = false;
};

// What adapter-gateway says of the source.
struct SourceFacts {
  // Nothing is sent before.
  std::optional<Timestamp> blocked_until;
  // The vendor fails, or refuses.
  struct Breaker {
    std::optional<Timestamp> probe_at;
    std::string reason;
  };
  std::optional<Breaker> breaker;
};

struct WaitFacts {
  WorkspaceSettings workspace;
  QueueFacts queue;
  SourceFacts source;
};

// The first is what people should be shown. Empty: nothing holds it.
std::vector<common::v1::Wait> WaitsOf(const ImportJob& job, const WaitFacts& facts, Timestamp now);

// What is to be shown with the job: a job of which calls are in work does not wait, whatever holds
// some others.
std::vector<common::v1::Wait> ShownWaits(const ImportJob& job, const WaitFacts& facts,
                                         Timestamp now);

}  // namespace callimport::job_scheduler
