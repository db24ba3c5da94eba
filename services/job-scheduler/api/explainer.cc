#include "services/job-scheduler/api/explainer.h"

#include <utility>

#include "libs/common/status_macros.h"
#include "services/job-scheduler/api/request_checks.h"

namespace callimport::job_scheduler {
namespace {

std::vector<LimitRule> RulesOf(const WorkspaceSettings& settings) {
  const BulkHours& hours = settings.bulk_hours;
  return {
      {"jobs per workspace", settings.max_running_jobs,
       "imports that run at once; the others wait in the order they were made"},
      {"bulk calls per window", settings.bulk_calls_per_window,
       "calls of one credential that are started in one nightly window"},
      {"bulk window start hour", hours.start,
       "in " + settings.time_zone + "; equal hours: always open"},
      {"bulk window end hour", hours.end, "in " + settings.time_zone},
      {"free calls per month", settings.free_calls_per_month, "of all sources and uploads"},
      {"weight", settings.weight, "how much of the shared queue the workspace gets beside others"},
  };
}

}  // namespace

absl::StatusOr<v1::ExplainWaitResponse> Explainer::Wait(const v1::ExplainWaitRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const WaitExplainer::Explained explained,
                   waits_.Explain(request.workspace_id(), request.job_id()));
  v1::ExplainWaitResponse response;
  for (const common::v1::Wait& wait : explained.waits) *response.add_waits() = wait;
  response.set_calls_in_work(explained.calls_in_work);
  response.set_calls_due(explained.calls_due);
  return response;
}

absl::StatusOr<v1::ExplainPolicyResponse> Explainer::Policy(
    const v1::ExplainPolicyRequest& request) {
  WorkspaceSettings settings;
  if (!request.workspace_id().empty()) {
    RETURN_IF_ERROR(CheckWorkspaceId(request.workspace_id()).Verdict());
  }
  // A name that no workspace has stands for the defaults.
  ASSIGN_OR_RETURN(settings, settings_.FindSettings(request.workspace_id()));
  std::vector<LimitRule> limits = RulesOf(settings);
  limits.insert(limits.end(), limits_.begin(), limits_.end());
  return PolicyOf(retries_, limits);
}

absl::StatusOr<v1::VerifyEffectsResponse> Explainer::Verify(
    const v1::VerifyEffectsRequest& request) {
  RETURN_IF_ERROR(CheckJob(request.workspace_id(), request.job_id()).Verdict());
  ASSIGN_OR_RETURN(const EffectsStore::Verified verified,
                   effects_.Verify(request.workspace_id(), request.job_id()));
  v1::VerifyEffectsResponse response;
  response.set_calls(verified.calls);
  response.set_exactly_once(ExactlyOnce(verified.effects));
  for (const EffectCount& count : verified.effects) {
    auto& effect = *response.add_effects();
    effect.set_effect(count.effect);
    effect.set_expected(count.expected);
    effect.set_found(count.found);
    effect.set_lost(count.lost);
    effect.set_doubled(count.doubled);
    for (const std::string& call_id : count.call_ids) effect.add_call_ids(call_id);
  }
  return response;
}

}  // namespace callimport::job_scheduler
