// What people ask about imports that go on, or do not: why it waits, by which rules, and whether
// all happened exactly once.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "services/job-scheduler/api/policy_messages.h"
#include "services/job-scheduler/planning/wait_explainer.h"
#include "services/job-scheduler/storage/effects_store.h"

namespace callimport::job_scheduler {

class Explainer {
 public:
  // `limits`: those that are the same for all workspaces.
  Explainer(WaitExplainer& waits, WaitsStore& settings, EffectsStore& effects,
            RetrySchedule retries, std::vector<LimitRule> limits)
      : waits_(waits),
        settings_(settings),
        effects_(effects),
        retries_(std::move(retries)),
        limits_(std::move(limits)) {}

  absl::StatusOr<v1::ExplainWaitResponse> Wait(const v1::ExplainWaitRequest& request);
  absl::StatusOr<v1::ExplainPolicyResponse> Policy(const v1::ExplainPolicyRequest& request);
  absl::StatusOr<v1::VerifyEffectsResponse> Verify(const v1::VerifyEffectsRequest& request);

 private:
  WaitExplainer& waits_;
  WaitsStore& settings_;
  EffectsStore& effects_;
  const RetrySchedule retries_;
  const std::vector<LimitRule> limits_;
};

}  // namespace callimport::job_scheduler
