#include "services/job-scheduler/planning/wait_explainer.h"

#include <algorithm>
#include <map>

#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {
namespace {

namespace gateway = adapter_gateway::v1;

constexpr std::chrono::seconds kLookEvery{5};
constexpr int kJobsAtOnce = 200;

// The one that holds longest; one that lets nothing through but a probe holds too.
std::optional<SourceFacts::Breaker> OpenBreaker(const gateway::ExplainLimitsResponse& limits) {
  std::optional<SourceFacts::Breaker> open;
  for (const gateway::Breaker& breaker : limits.breakers()) {
    if (breaker.state() != gateway::Breaker::STATE_OPEN &&
        breaker.state() != gateway::Breaker::STATE_HALF_OPEN) {
      continue;
    }
    SourceFacts::Breaker found{.probe_at = std::nullopt, .reason = breaker.reason()};
    if (breaker.has_probe_time()) found.probe_at = FromProto(breaker.probe_time());
    if (!open || found.probe_at > open->probe_at) open = std::move(found);
  }
  return open;
}

SourceFacts FactsOf(const gateway::ExplainLimitsResponse& limits) {
  SourceFacts facts{.blocked_until = std::nullopt, .breaker = OpenBreaker(limits)};
  if (limits.has_blocked_until()) facts.blocked_until = FromProto(limits.blocked_until());
  return facts;
}

// Rather than an answer about this one source.
bool IsSilence(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

// A job of which calls are in work is not held by its source as a whole.
bool MayBeHeldBySource(const WaitsStore::Found& found) {
  const bool runs = found.job.state != common::v1::JOB_STATE_PAUSED &&
                    found.job.state != common::v1::JOB_STATE_CANCELLING;
  return runs && found.facts.queue.in_work == 0 && !found.job.credential_id.empty();
}

}  // namespace

std::optional<SourceFacts> WaitExplainer::AskSource(const ImportJob& job) {
  if (job.credential_id.empty() || IsTerminal(job.state)) return SourceFacts();
  gateway::ExplainLimitsRequest request;
  request.set_workspace_id(job.workspace_id);
  request.set_credential_id(job.credential_id);
  const auto limits = quota_.ExplainLimits(request, stop_.get_token());
  if (limits.ok()) return FactsOf(*limits);
  log::Warning("cannot ask for the limits of a source",
               {{"job_id", job.job_id}, {"status", limits.status()}});
  if (IsSilence(limits.status())) return std::nullopt;
  return SourceFacts();
}

absl::StatusOr<WaitExplainer::Explained> WaitExplainer::Explain(const std::string& workspace_id,
                                                                const std::string& job_id) {
  ASSIGN_OR_RETURN(WaitsStore::Found found, store_.Find(workspace_id, job_id));
  found.facts.source = AskSource(found.job).value_or(SourceFacts());
  return Explained{.waits = WaitsOf(found.job, found.facts, clock_.Now()),
                   .calls_in_work = found.facts.queue.in_work,
                   .calls_due = found.facts.queue.due};
}

absl::Status WaitExplainer::Refresh() {
  ASSIGN_OR_RETURN(std::vector<WaitsStore::Found> unwatched,
                   store_.FindUnwatched(kLookEvery, kJobsAtOnce));
  // Each source is asked once, however many jobs it has; none any more once the gateway is silent.
  std::map<std::pair<std::string, std::string>, SourceFacts> asked;
  bool silent = false;
  for (WaitsStore::Found& found : unwatched) {
    if (MayBeHeldBySource(found)) {
      const auto [source, fresh] =
          asked.try_emplace({found.job.workspace_id, found.job.credential_id});
      if (fresh && !silent) {
        const auto facts = AskSource(found.job);
        silent = !facts;
        if (facts) source->second = *facts;
      }
      found.facts.source = source->second;
    }
    RETURN_IF_ERROR(store_.Keep(found.job.job_id, found.facts));
    if (stop_.stop_requested()) break;
  }
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler
