#include "services/job-scheduler/planning/sync_scheduler.h"

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/planning/listing_fate.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kProbesHelp[] = "Questions whether a vendor accepts an unhealthy source again";
constexpr int kStartedAtOnce = 50;
constexpr int kSettledAtOnce = 200;
constexpr int kProbedAtOnce = 5;
constexpr int kDestroyedAtOnce = 20;
// Of calls, that a probe asks for.
constexpr std::chrono::minutes kProbePeriod{1};

}  // namespace

SyncScheduler::SyncScheduler(SyncStore& syncs, SourceStore& sources, DisconnectStore& disconnects,
                             adapter_gateway::CallCatalogClient& catalog,
                             credential_manager::CredentialAdminClient& vault, const Clock& clock)
    : syncs_(syncs),
      sources_(sources),
      disconnects_(disconnects),
      catalog_(catalog),
      vault_(vault),
      clock_(clock),
      well_("import_sources", "Connected sources, by health", {{"health", "ok"}}),
      unhealthy_("import_sources", "Connected sources, by health", {{"health", "unhealthy"}}),
      probes_accepted_("source_probes_total", kProbesHelp, {{"outcome", "accepted"}}),
      probes_refused_("source_probes_total", kProbesHelp, {{"outcome", "refused"}}) {}

// What goes wrong with one source is no reason not to look after the others.
absl::Status SyncScheduler::Run() {
  absl::Status trouble = Settle();
  ASSIGN_OR_RETURN(const std::vector<SourceKey> due, syncs_.FindDue(kStartedAtOnce));
  for (const SourceKey& key : due) {
    const auto job = syncs_.StartDue(key);
    trouble.Update(job.status());
    if (!job.ok() || !*job) continue;
    const CorrelationScope scope((*job)->correlation_id);
    log::Info("a sync begins", {{"job_id", (*job)->job_id},
                                {"workspace_id", key.workspace_id},
                                {"credential_id", key.credential_id}});
  }
  return trouble;
}

void SyncScheduler::WakeUp() {
  const absl::Status ran = Run();
  if (!ran.ok()) log::Warning("syncs cannot be begun now", {{"status", ran}});
}

absl::Status SyncScheduler::Settle() {
  ASSIGN_OR_RETURN(const std::vector<SourceKey> ended, syncs_.FindEnded(kSettledAtOnce));
  absl::Status trouble;
  for (const SourceKey& key : ended) {
    const auto job = syncs_.Settle(key);
    trouble.Update(job.status());
    if (job.ok() && *job) CountEnd(**job);
  }
  return trouble;
}

absl::Status SyncScheduler::Probe() {
  ASSIGN_OR_RETURN(const std::vector<Source> sources, syncs_.TakeProbes(kProbedAtOnce));
  absl::Status trouble;
  for (const Source& source : sources) {
    if (!stop_.stop_requested()) trouble.Update(ProbeOne(source));
  }
  return trouble;
}

absl::Status SyncScheduler::ProbeOne(const Source& source) {
  const Timestamp now = clock_.Now();
  adapter_gateway::v1::CountCallsRequest request;
  request.set_workspace_id(source.key.workspace_id);
  request.set_credential_id(source.key.credential_id);
  *request.mutable_filter()->mutable_start_time() = ToProto(now - kProbePeriod);
  *request.mutable_filter()->mutable_end_time() = ToProto(now);
  const absl::Status answer = catalog_.CountCalls(request, stop_.get_token()).status();
  if (stop_.stop_requested()) return absl::OkStatus();
  log::Info("a source was probed", {{"workspace_id", source.key.workspace_id},
                                    {"credential_id", source.key.credential_id},
                                    {"status", answer}});
  (answer.ok() ? probes_accepted_ : probes_refused_).Add();
  if (answer.ok()) return syncs_.EndProbe(source.key, answer);
  return syncs_.EndProbe(source.key, absl::Status(answer.code(), DescribeForPeople(answer)));
}

absl::Status SyncScheduler::DestroySecrets() {
  ASSIGN_OR_RETURN(const std::vector<SourceKey> doomed, disconnects_.FindDoomed(kDestroyedAtOnce));
  for (const SourceKey& key : doomed) {
    const absl::Status deleted = vault_.Delete(key.workspace_id, key.credential_id);
    if (!deleted.ok() && !absl::IsNotFound(deleted)) return deleted;
    RETURN_IF_ERROR(disconnects_.MarkDestroyed(key));
    log::Info("the secret of a disconnected source is destroyed",
              {{"workspace_id", key.workspace_id}, {"credential_id", key.credential_id}});
  }
  return absl::OkStatus();
}

absl::Status SyncScheduler::Measure() {
  ASSIGN_OR_RETURN(const SourceStore::Counts counts, sources_.Count());
  well_.Set(static_cast<double>(counts.ok));
  unhealthy_.Set(static_cast<double>(counts.unhealthy));
  return absl::OkStatus();
}

void SyncScheduler::CountEnd(const ImportJob& job) {
  if (job.listing_refused) {
    log::Warning("a source is unhealthy", {{"workspace_id", job.workspace_id},
                                           {"credential_id", job.credential_id},
                                           {"why", job.listing_error}});
  }
  std::lock_guard lock(mutex_);
  const auto [counter, made] =
      ends_.try_emplace(job.state, "import_syncs_total", "Syncs that have ended",
                        metrics::Labels{{"status", NameOf(job.state)}});
  counter->second.Add();
}

}  // namespace callimport::job_scheduler
