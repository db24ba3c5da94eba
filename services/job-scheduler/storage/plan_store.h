// What the planner does with jobs. Every method is one transaction, and fenced: ABORTED with
// reason PLAN_LOST when another planner has the job now, JOB_ENDED when it is not to be listed
// any more.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/common/v1/call.pb.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/sync_plan.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/change_listener.h"
#include "services/job-scheduler/storage/job_plans_table.h"

namespace callimport::job_scheduler {

struct CallCount {
  std::string platform = {};
  int64_t calls = 0;
  common::v1::Exactness exactness = common::v1::EXACTNESS_UNSPECIFIED;
  // Unset: included in the plan.
  std::optional<int32_t> cost_per_call_cents = {};
  // The longest range that one listing may ask for; 0: any.
  int max_range_days = 0;
  // What one call takes of the vendor's quota; 0: not told.
  double requests_per_call = 0;
  // Where the calls that are meant begin, when that is later than the job was asked for.
  std::optional<Timestamp> range_start = {};
};

struct UnreadableCall {
  // May be empty.
  std::string source_call_id;
  std::string reason;
};

// What one or several pages of a listing brought, and where it goes on.
struct ListedCalls {
  std::vector<common::v1::CallRecord> records;
  std::vector<UnreadableCall> unreadable;
  // What the source says that the listing holds.
  std::optional<int64_t> total;
  Checkpoint next;
  bool last = false;
};

class PlanStore {
 public:
  // `defaults` hold for workspaces that were not set.
  PlanStore(postgres::Pool& pool, ChangeListener& listener, std::chrono::seconds lease,
            const Clock& clock, WorkspaceSettings defaults = {}, int bulk_jobs_per_credential = 1)
      : pool_(pool),
        listener_(listener),
        lease_(lease),
        clock_(clock),
        defaults_(std::move(defaults)),
        bulk_jobs_per_credential_(bulk_jobs_per_credential) {}

  // Nothing when no job waits.
  absl::StatusOr<std::optional<PlanLease>> Lease(const std::string& planner);
  absl::Status Renew(const std::vector<PlanLease>& leases);
  // The jobs of those leases that are lost: to another planner, or as the job is cancelled or
  // paused, or was so meanwhile.
  absl::StatusOr<std::vector<std::string>> FindLost(const std::vector<PlanLease>& leases);

  // PENDING becomes COUNTING; a job that is past that stays as it is.
  absl::StatusOr<ImportJob> Begin(const PlanLease& lease);
  // FAILED_PRECONDITION (QUOTE_REQUIRED) here and at StoreCalls: more calls than the workspace has
  // free ones, and nobody has agreed to their price. Without a quote no more calls may be listed
  // than job.charge.free_held, when the job is metered.
  absl::StatusOr<ImportJob> StoreCount(const PlanLease& lease, const CallCount& count);

  // Nothing when the job is no sync.
  absl::StatusOr<std::optional<SyncStatus>> FindSync(const std::string& job_id);
  absl::StatusOr<Checkpoint> FindCheckpoint(const std::string& job_id);
  // A sync may take fewer calls than that, and its listing ends there.
  absl::StatusOr<ImportJob> StoreCalls(const PlanLease& lease, const ListedCalls& listed);
  // The source does not know the cursor any more: what is missing is listed again.
  absl::StatusOr<ImportJob> ForgetCursor(const PlanLease& lease, const Checkpoint& rest = {});

  // Attempts in a row that have failed since the listing last brought something new.
  absl::StatusOr<int> CountFailures(const PlanLease& lease);
  // Gives the job back until then, showing why.
  absl::StatusOr<ImportJob> Postpone(const PlanLease& lease, Timestamp until, int failures,
                                     const std::string& why);
  // The source refuses the credential, or could not be listed for too long. The job is FAILED once
  // its calls have ended; RetryFailed lets its listing go on from the checkpoint.
  absl::StatusOr<ImportJob> Refuse(const PlanLease& lease, const std::string& why);
  // Gives the job back, to be taken up again at once.
  absl::Status HandBack(const PlanLease& lease);

 private:
  using Change = std::function<absl::Status(pqxx::work&, ImportJob&)>;
  absl::StatusOr<ImportJob> Apply(const PlanLease& lease, const Change& change);

  postgres::Pool& pool_;
  ChangeListener& listener_;
  const std::chrono::seconds lease_;
  const Clock& clock_;
  const WorkspaceSettings defaults_;
  const int bulk_jobs_per_credential_;
};

}  // namespace callimport::job_scheduler
