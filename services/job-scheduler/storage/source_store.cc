#include "services/job-scheduler/storage/source_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "libs/telemetry/correlation.h"
#include "services/job-scheduler/storage/audit_table.h"
#include "services/job-scheduler/storage/credential_refusals_table.h"
#include "services/job-scheduler/storage/feed_cursors_table.h"
#include "services/job-scheduler/storage/import_sync_configs_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kFeed[] = "credentials";

absl::Status NotFound(const SourceKey& key) {
  return Error(absl::StatusCode::kNotFound, "SOURCE_NOT_FOUND", "no source " + key.credential_id);
}

Source NewSource(const CredentialFact& fact, std::chrono::minutes frequency) {
  Source source;
  source.key = fact.key;
  source.platform = fact.platform;
  source.account_ref = fact.account_ref;
  source.ephemeral = fact.ephemeral;
  source.settings.frequency = frequency;
  return source;
}

std::string DetailOf(const SyncSettings& settings) {
  if (!settings.enabled) return "off";
  return "every " + std::to_string(settings.frequency.count()) + " min" +
         (settings.mode == SyncMode::kFull ? ", full" : "");
}

}  // namespace

SourceStore::SourceStore(postgres::Pool& pool, WorkspaceSettings defaults,
                         std::chrono::minutes frequency, const Clock& clock)
    : pool_(pool), defaults_(std::move(defaults)), frequency_(frequency), clock_(clock) {}

absl::StatusOr<std::optional<int64_t>> SourceStore::FeedCursor() {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return FindFeedCursor(tx, kFeed); });
}

absl::StatusOr<bool> SourceStore::TakeFacts(const std::vector<CredentialFact>& facts,
                                            int64_t read_to) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    const int64_t cursor = LockFeedCursor(tx, kFeed).value_or(0);
    bool due = false;
    for (const CredentialFact& fact : facts) {
      if (fact.revision > cursor && Take(tx, fact)) due = true;
    }
    if (read_to > cursor) SaveFeedCursor(tx, kFeed, read_to);
    return due;
  });
}

absl::StatusOr<bool> SourceStore::TakeSnapshot(const std::vector<CredentialFact>& facts,
                                               int64_t revision) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    if (LockFeedCursor(tx, kFeed).value_or(-1) >= revision) return false;  // another replica did
    bool due = false;
    std::set<SourceKey> live;
    for (const CredentialFact& fact : facts) {
      live.insert(fact.key);
      if (Take(tx, fact)) due = true;
    }
    for (const SourceKey& known : FindLiveSources(tx)) {
      if (!live.contains(known)) Take(tx, {.key = known, .gone = true});
    }
    SaveFeedCursor(tx, kFeed, revision);
    return due;
  });
}

// Whether the source may be due now.
bool SourceStore::Take(pqxx::work& tx, const CredentialFact& fact) {
  const Timestamp now = clock_.Now();
  const bool made = !fact.gone && InsertSource(tx, NewSource(fact, frequency_));
  auto source = LockSource(tx, fact.key);
  if (!source) return false;
  if (made) {
    // Nobody has asked for syncs of a credential that lives for one job.
    source->settings.enabled = false;
    job_scheduler::Configure(*source, {.enabled = !fact.ephemeral, .frequency = frequency_}, now);
  }
  source->ephemeral = fact.ephemeral && source->ephemeral;
  if (fact.gone) {
    if (source->health != SourceHealth::kDisconnected) {
      MarkDisconnected(*source, "The credential was deleted.");
    }
    source->secret_destroyed = true;
  } else if (!fact.valid && source->health == SourceHealth::kOk) {
    MarkUnhealthy(*source, "The vendor refuses the credential.", now);
  } else if (fact.valid) {
    source->account_ref = fact.account_ref;
    ForgetRefusal(tx, {fact.key.workspace_id, fact.key.credential_id});
    MarkHealthy(*source, now);
  }
  SaveSource(tx, *source);
  return DueAt(*source).has_value();
}

absl::StatusOr<SourceInWorkspace> SourceStore::Find(const SourceKey& key) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<SourceInWorkspace> {
    auto source = FindSource(tx, key);
    if (!source) return NotFound(key);
    return SourceInWorkspace{*std::move(source),
                             FindWorkspace(tx, key.workspace_id, defaults_).syncs_enabled};
  });
}

absl::StatusOr<std::vector<SourceInWorkspace>> SourceStore::List(
    const std::string& workspace_id, const std::string& after_credential_id, int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    const bool enabled = FindWorkspace(tx, workspace_id, defaults_).syncs_enabled;
    std::vector<SourceInWorkspace> sources;
    for (Source& source : ListSources(tx, workspace_id, after_credential_id, limit)) {
      sources.push_back({std::move(source), enabled});
    }
    return sources;
  });
}

absl::StatusOr<SourceInWorkspace> SourceStore::Configure(const SourceKey& key,
                                                         const SyncSettings& settings,
                                                         const common::v1::Actor& actor) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<SourceInWorkspace> {
    auto source = LockSource(tx, key);
    if (!source) return NotFound(key);
    if (source->health == SourceHealth::kDisconnected) {
      return Error(absl::StatusCode::kFailedPrecondition, "SOURCE_DISCONNECTED",
                   "the source was disconnected; connect the account again");
    }
    job_scheduler::Configure(*source, settings, clock_.Now());
    SaveSource(tx, *source);
    const bool enabled = FindWorkspace(tx, key.workspace_id, defaults_).syncs_enabled;
    AppendAudit(tx, {.workspace_id = key.workspace_id,
                     .object_id = key.credential_id,
                     .action = "configure_sync",
                     .actor = actor,
                     .correlation_id = CurrentCorrelationId(),
                     .detail = DetailOf(settings)});
    return SourceInWorkspace{*std::move(source), enabled};
  });
}

absl::StatusOr<SourceStore::Counts> SourceStore::Count() {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    const SourceCounts counts = CountSources(tx);
    return Counts{counts.ok, counts.unhealthy};
  });
}

}  // namespace callimport::job_scheduler
