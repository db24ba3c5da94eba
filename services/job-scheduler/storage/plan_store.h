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
#include "services/job-scheduler/storage/change_listener.h"
#include "services/job-scheduler/storage/job_plans_table.h"

namespace callimport::job_scheduler {

struct CallCount {
  std::string platform;
  int64_t calls = 0;
  common::v1::Exactness exactness = common::v1::EXACTNESS_UNSPECIFIED;
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
  PlanStore(postgres::Pool& pool, ChangeListener& listener, std::chrono::seconds lease,
            const Clock& clock)
      : pool_(pool), listener_(listener), lease_(lease), clock_(clock) {}

  // Nothing when no job waits.
  absl::StatusOr<std::optional<PlanLease>> Lease(const std::string& planner);
  absl::Status Renew(const std::vector<PlanLease>& leases);

  // PENDING becomes COUNTING; a job that is past that stays as it is.
  absl::StatusOr<ImportJob> Begin(const PlanLease& lease);
  absl::StatusOr<ImportJob> StoreCount(const PlanLease& lease, const CallCount& count);

  absl::StatusOr<Checkpoint> FindCheckpoint(const std::string& job_id);
  absl::StatusOr<ImportJob> StoreCalls(const PlanLease& lease, const ListedCalls& listed);
  // The source does not know the cursor any more: the window is listed again.
  absl::StatusOr<ImportJob> ForgetCursor(const PlanLease& lease);

  // Gives the job back until then, showing why.
  absl::StatusOr<ImportJob> Postpone(const PlanLease& lease, Timestamp until, int failures,
                                     const std::string& why);
  // The source refuses the credential. The job is FAILED once its leased calls have ended.
  absl::StatusOr<ImportJob> Refuse(const PlanLease& lease, const std::string& why);
  // Gives the job back, to be taken up again at once.
  absl::Status HandBack(const PlanLease& lease);

 private:
  using Change = std::function<void(pqxx::work&, ImportJob&)>;
  absl::StatusOr<ImportJob> Apply(const PlanLease& lease, const Change& change);

  postgres::Pool& pool_;
  ChangeListener& listener_;
  const std::chrono::seconds lease_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
