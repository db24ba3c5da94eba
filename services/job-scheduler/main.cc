// job-scheduler: accepts import jobs, plans each into calls, and leases the calls to workers.
#include "absl/synchronization/mutex.h"
#include "libs/clients/adapter_gateway/call_catalog_client.h"
#include "libs/clients/credential_manager/credential_lifecycle_client.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/host.h"
#include "libs/rpc/run_main.h"
#include "services/job-scheduler/api/call_queue_service.h"
#include "services/job-scheduler/api/job_events_service.h"
#include "services/job-scheduler/api/job_scheduler_service.h"
#include "services/job-scheduler/credentials/credential_releaser.h"
#include "services/job-scheduler/planning/housekeeping.h"
#include "services/job-scheduler/planning/job_planner.h"
#include "services/job-scheduler/settings.h"
#include "services/job-scheduler/signals/change_signals.h"
#include "services/job-scheduler/storage/migrations.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::seconds;

absl::Status Run(const Config& config) {
  const Clock& clock = SystemClock();
  ASSIGN_OR_RETURN(const Settings settings, SettingsFrom(config));
  ASSIGN_OR_RETURN(const auto database, postgres::Pool::Open(config.database()));
  RETURN_IF_ERROR(postgres::Migrate(*database, Migrations()));
  ASSIGN_OR_RETURN(const auto gateway, rpc::Connect(config.adapter_gateway()));
  const auto catalog = adapter_gateway::MakeCallCatalogClient(gateway);
  ASSIGN_OR_RETURN(const auto vault_channel, rpc::Connect(config.credential_manager()));
  const auto vault = credential_manager::MakeCredentialLifecycleClient(vault_channel);

  ChangeSignals signals;
  JobStore jobs(*database, signals, clock);
  PlanStore plans(*database, signals, settings.queue.lease, clock);
  QueueStore queue(*database, signals, settings.queue, clock);
  EventStore events(*database);
  ReleaseStore releases(*database);
  CredentialReleaser credentials(releases, *vault);

  JobSchedulerService job_scheduler(jobs, *catalog, credentials, clock);
  CallQueueService call_queue(queue, signals.calls_due());
  JobEventsService job_events(events, signals.job_events());
  JobPlanner planner(plans, *catalog, signals.jobs_to_plan(), settings.jobs_listed_at_once, clock);
  Housekeeping housekeeping(queue, events, settings.keep_events);

  rpc::Host host(config.server());
  host.Serve(job_scheduler).Serve(call_queue).Serve(job_events);
  host.RunEvery(settings.queue.lease / 3, "renew_plans", [&] { return planner.RenewLeases(); })
      .RunEvery(seconds(1), "reclaim_leases", [&] { return housekeeping.ReclaimLeases(); })
      .RunEvery(seconds(1), "measure_queue", [&] { return housekeeping.MeasureQueue(); })
      .RunEvery(CredentialReleaser::kPeriod, "tell_vault", [&] { return credentials.Run(); })
      .RunEvery(seconds(60), "forget_events", [&] { return housekeeping.ForgetOldEvents(); });
  host.OnStop([&] { signals.Close(); }).OnStop([&] { planner.Stop(); });
  planner.Start();
  return host.RunUntilSignalled();
}

}  // namespace
}  // namespace callimport::job_scheduler

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return callimport::rpc::RunMain<callimport::job_scheduler::Config>(
      argc, argv, "job-scheduler", callimport::job_scheduler::Run);
}
