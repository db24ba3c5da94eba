#include "services/job-scheduler/storage/sync_store.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "libs/telemetry/correlation.h"
#include "services/job-scheduler/domain/sync_plan.h"
#include "services/job-scheduler/storage/credential_refusals_table.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/import_sync_configs_table.h"
#include "services/job-scheduler/storage/sync_jobs.h"
#include "services/job-scheduler/storage/sync_status_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

// What a probe may take before another replica asks too.
constexpr std::chrono::minutes kProbeTime{2};

common::v1::Actor Ourselves() {
  common::v1::Actor actor;
  actor.set_kind(common::v1::Actor::KIND_SERVICE);
  actor.set_name("job-scheduler");
  return actor;
}

absl::Status CheckUsable(const std::optional<Source>& source, const SourceKey& key) {
  if (!source) {
    return Error(absl::StatusCode::kNotFound, "SOURCE_NOT_FOUND", "no source " + key.credential_id);
  }
  if (source->health == SourceHealth::kDisconnected) {
    return Error(absl::StatusCode::kFailedPrecondition, "SOURCE_DISCONNECTED",
                 "the source was disconnected; connect the account again");
  }
  if (source->health == SourceHealth::kUnhealthy) {
    return Error(absl::StatusCode::kFailedPrecondition, "SOURCE_UNHEALTHY", source->health_text);
  }
  return absl::OkStatus();
}

// Nobody has asked for this sync, so whoever switched syncs off does not want it.
absl::Status CheckSwitchedOn(const Source& source, const WorkspaceSettings& workspace) {
  if (source.settings.enabled && workspace.syncs_enabled) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "SYNCS_OFF",
               "the source, or its workspace, is not synced by itself");
}

}  // namespace

SyncStore::SyncStore(postgres::Pool& pool, ChangeListener& listener, WorkspaceSettings defaults,
                     const Clock& clock)
    : pool_(pool), listener_(listener), defaults_(std::move(defaults)), clock_(clock) {}

absl::StatusOr<std::vector<SourceKey>> SyncStore::FindDue(int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return FindDueSources(tx, clock_.Now(), defaults_.syncs_enabled, limit);
  });
}

absl::StatusOr<std::optional<ImportJob>> SyncStore::StartDue(const SourceKey& key) {
  const Timestamp now = clock_.Now();
  auto started =
      postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::optional<ImportJob>> {
        const bool enabled = FindWorkspace(tx, key.workspace_id, defaults_).syncs_enabled;
        auto source = LockIdleSource(tx, key);
        if (!enabled || !source) return std::nullopt;
        const auto due_at = DueAt(*source);
        if (!due_at || *due_at > now) return std::nullopt;
        return StartSync(tx, *source, {PlanDue(*source, now), Ourselves(), NewUuid()}, defaults_,
                         now);
      });
  if (started.ok() && *started) {
    listener_.JobsChanged({**started});
    listener_.JobToPlan();
  }
  return started;
}

absl::StatusOr<SyncStore::Started> SyncStore::StartNow(const SourceKey& key,
                                                       const common::v1::Actor& actor) {
  return Start(key, common::v1::WORK_CLASS_SYNC, actor);
}

absl::StatusOr<SyncStore::Started> SyncStore::StartAnnounced(const SourceKey& key) {
  const CorrelationScope scope(NewUuid());
  return Start(key, common::v1::WORK_CLASS_WEBHOOK, Ourselves());
}

absl::StatusOr<SyncStore::Started> SyncStore::Start(const SourceKey& key, WorkClass work_class,
                                                    const common::v1::Actor& actor) {
  const Timestamp now = clock_.Now();
  auto started = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Started> {
    auto source = LockSource(tx, key);
    RETURN_IF_ERROR(CheckUsable(source, key));
    if (work_class == common::v1::WORK_CLASS_WEBHOOK) {
      RETURN_IF_ERROR(CheckSwitchedOn(*source, FindWorkspace(tx, key.workspace_id, defaults_)));
    }
    if (!source->running_job_id.empty()) {
      auto running = FindJob(tx, key.workspace_id, source->running_job_id);
      if (running && !IsTerminal(running->state)) return Started{*std::move(running), true};
    }
    SyncPlan plan = PlanAsked(*source, now);
    plan.work_class = work_class;
    return Started{StartSync(tx, *source, {plan, actor, CurrentCorrelationId()}, defaults_, now),
                   false};
  });
  if (started.ok() && !started->joined) {
    listener_.JobsChanged({started->job});
    listener_.JobToPlan();
  }
  return started;
}

absl::StatusOr<std::vector<SourceKey>> SyncStore::FindEnded(int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return FindEndedSyncs(tx, limit); });
}

absl::StatusOr<std::optional<ImportJob>> SyncStore::Settle(const SourceKey& key) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::optional<ImportJob>> {
    auto source = LockIdleSource(tx, key);
    if (!source || source->running_job_id.empty()) return std::nullopt;
    auto job = FindJob(tx, key.workspace_id, source->running_job_id);
    const auto status = FindSyncStatus(tx, source->running_job_id);
    if (job && !IsTerminal(job->state)) return std::nullopt;
    if (job && status) {
      const EndedSync ended = ResultOf(*status, *job);
      EndSync(*source, ended);
      EndSyncStatus(tx, ended);
    } else {
      source->running_job_id.clear();  // forgotten for its age
    }
    SaveSource(tx, *source);
    return job;
  });
}

absl::StatusOr<std::vector<Source>> SyncStore::TakeProbes(int limit) {
  const Timestamp now = clock_.Now();
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    std::vector<Source> taken;
    for (const SourceKey& key : FindDueProbes(tx, now, limit)) {
      auto source = LockIdleSource(tx, key);
      if (!source || !source->next_probe_at || *source->next_probe_at > now) continue;
      source->next_probe_at = now + kProbeTime;
      SaveSource(tx, *source);
      taken.push_back(*std::move(source));
    }
    return taken;
  });
}

absl::Status SyncStore::EndProbe(const SourceKey& key, const absl::Status& verdict) {
  const Timestamp now = clock_.Now();
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    auto source = LockSource(tx, key);
    if (!source) return;
    if (verdict.ok()) {
      MarkHealthy(*source, now);
      ForgetRefusal(tx, {key.workspace_id, key.credential_id});
    } else {
      FailProbe(*source, std::string(verdict.message()), now);
    }
    SaveSource(tx, *source);
  });
}

}  // namespace callimport::job_scheduler
