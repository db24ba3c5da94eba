// One process of job-scheduler, as far as it is simulated: what dies together.
#pragma once

#include "services/job-scheduler/planning/job_planner.h"
#include "services/job-scheduler/planning/scripted_quota.h"
#include "services/job-scheduler/planning/wait_explainer.h"
#include "services/job-scheduler/storage/effects_store.h"
#include "services/job-scheduler/storage/job_store.h"
#include "services/job-scheduler/storage/plan_store.h"
#include "services/job-scheduler/storage/queue_store.h"

namespace callimport::simulation {

namespace scheduler = job_scheduler;

// Nobody waits for signals here: the world looks by itself.
class QuietListener : public scheduler::ChangeListener {
 public:
  void JobsChanged(const std::vector<scheduler::ImportJob>&) override {}
  void CallsQueued() override {}
  void JobToPlan() override {}
};

struct Replica {
  Replica(postgres::Pool& pool, adapter_gateway::CallCatalogClient& catalog,
          const scheduler::QueueTerms& terms, const Clock& clock)
      : jobs(pool, listener, clock, terms.workspaces),
        plans(pool, listener, terms.lease, clock, terms.workspaces),
        queue(pool, listener, terms, clock),
        effects(pool),
        waits(pool, listener, terms.workspaces, clock),
        explainer(waits, quota, clock),
        planner(plans, catalog, wake, 1, clock) {}

  QuietListener listener;
  feed::FeedSignal wake;
  scheduler::JobStore jobs;
  scheduler::PlanStore plans;
  scheduler::QueueStore queue;
  scheduler::EffectsStore effects;
  scheduler::ScriptedQuota quota;
  scheduler::WaitsStore waits;
  scheduler::WaitExplainer explainer;
  scheduler::JobPlanner planner;
};

}  // namespace callimport::simulation
