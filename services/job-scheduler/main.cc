// job-scheduler: accepts import jobs, plans each into calls, and leases the calls to workers.
#include "absl/synchronization/mutex.h"
#include "libs/clients/adapter_gateway/call_catalog_client.h"
#include "libs/clients/adapter_gateway/connections_client.h"
#include "libs/clients/adapter_gateway/quota_client.h"
#include "libs/clients/adapter_gateway/records_client.h"
#include "libs/clients/adapter_gateway/webhook_inbox_client.h"
#include "libs/clients/credential_manager/credential_admin_client.h"
#include "libs/clients/credential_manager/credential_feed_client.h"
#include "libs/clients/credential_manager/credential_lifecycle_client.h"
#include "libs/common/status_macros.h"
#include "libs/feed/feed_follower.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/host.h"
#include "libs/rpc/run_main.h"
#include "services/job-scheduler/api/call_queue_service.h"
#include "services/job-scheduler/api/forgotten_calls_service.h"
#include "services/job-scheduler/api/job_events_service.h"
#include "services/job-scheduler/api/job_scheduler_service.h"
#include "services/job-scheduler/api/mass_imports_service.h"
#include "services/job-scheduler/api/sources_service.h"
#include "services/job-scheduler/api/workspaces_service.h"
#include "services/job-scheduler/config_check.h"
#include "services/job-scheduler/credentials/credential_releaser.h"
#include "services/job-scheduler/intake/credential_follower.h"
#include "services/job-scheduler/intake/webhook_follower.h"
#include "services/job-scheduler/planning/housekeeping.h"
#include "services/job-scheduler/planning/job_planner.h"
#include "services/job-scheduler/settings.h"
#include "services/job-scheduler/signals/change_signals.h"
#include "services/job-scheduler/storage/migrations.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;
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
  const auto vault_feed = credential_manager::MakeCredentialFeedClient(vault_channel);
  const auto vault_admin = credential_manager::MakeCredentialAdminClient(vault_channel);

  ChangeSignals signals;
  JobStore jobs(*database, signals, clock, settings.workspaces, settings.admission);
  PlanStore plans(*database, signals, settings.queue.lease, clock, settings.workspaces,
                  settings.bulk_jobs_per_credential);
  QueueStore queue(*database, signals, settings.queue, clock);
  EventStore events(*database);
  ReleaseStore releases(*database);
  CredentialReleaser credentials(releases, *vault);

  const auto quota = adapter_gateway::MakeQuotaClient(gateway);
  WaitsStore waits(*database, signals, settings.workspaces, clock,
                   settings.bulk_jobs_per_credential);
  WaitExplainer wait_explainer(waits, *quota, clock);
  EffectsStore effects(*database);
  Explainer explainer(wait_explainer, waits, effects, settings.queue.retries,
                      LimitRulesOf(settings));

  const auto connections = adapter_gateway::MakeConnectionsClient(gateway);
  ImportSource source(*connections, *vault_admin);
  WorkspaceStore workspaces(*database, settings.workspaces, clock);
  QuoteStore quotes(*database, settings.workspaces, settings.quotes, clock);
  ImportPreview preview(quotes, *catalog, *quota, clock);
  const auto records = adapter_gateway::MakeRecordsClient(gateway);
  KeptRecords kept_records(jobs, *records);
  RemapStore remaps(*database);
  CallRemapper remapper(remaps, *records);
  JobSchedulerService job_scheduler(jobs, workspaces, preview, source, credentials, kept_records,
                                    remapper, explainer, clock);
  WorkspacesService workspaces_service(workspaces, clock);
  CallQueueService call_queue(queue, signals.calls_due());
  JobEventsService job_events(events, signals.job_events());
  JobPlanner planner(plans, *catalog, signals.jobs_to_plan(), settings.jobs_listed_at_once, clock,
                     settings.queue.retries);
  RetentionStore retention(*database, settings.retention, clock);
  Housekeeping housekeeping(queue, events, retention, settings.keep_events);

  SourceStore sources(*database, settings.workspaces, settings.sync_frequency, clock);
  SyncStore syncs(*database, signals, settings.workspaces, clock);
  DisconnectStore disconnects(*database);
  SyncScheduler sync_scheduler(syncs, sources, disconnects, *catalog, *vault_admin, clock);
  SourcesService sources_service(
      {sources, syncs, disconnects, jobs, sync_scheduler, *vault, workspaces, *quota});
  CredentialFollower credential_follower(*vault_feed, sources, [&] { sync_scheduler.WakeUp(); });
  feed::FeedFollower new_sources(
      "credentials", [&](const auto& stop) { return credential_follower.Follow(stop); });

  const auto webhooks = adapter_gateway::MakeWebhookInboxClient(gateway);
  MassImportStore mass_import_store(*database, clock, settings.workspaces);
  MassImportDriver mass_import_driver(mass_import_store, jobs, *webhooks, clock);
  MassImportsService mass_imports(mass_import_store, mass_import_driver, jobs, workspaces);

  AnnouncementStore announcements(*database, clock);
  WebhookFollower webhook_follower(*webhooks, announcements, syncs);
  feed::FeedFollower announced_calls(
      "webhooks", [&](const auto& stop) { return webhook_follower.Follow(stop); });

  ForgottenCallsStore forgotten(*database, signals);
  ForgottenCallsService forgotten_calls(forgotten);

  rpc::Host host(config.server());
  host.Serve(job_scheduler)
      .Serve(forgotten_calls)
      .Serve(call_queue)
      .Serve(job_events)
      .Serve(sources_service)
      .Serve(mass_imports)
      .Serve(workspaces_service);
  host.RunEvery(settings.queue.lease / 3, "renew_plans", [&] { return planner.RenewLeases(); })
      .RunEvery(milliseconds(500), "stop_plans", [&] { return planner.StopLost(); })
      .RunEvery(seconds(1), "reclaim_leases", [&] { return housekeeping.ReclaimLeases(); })
      .RunEvery(seconds(15), "measure_queue", [&] { return housekeeping.MeasureQueue(); })
      .RunEvery(CredentialReleaser::kPeriod, "tell_vault", [&] { return credentials.Run(); })
      .RunEvery(seconds(60), "forget_events", [&] { return housekeeping.ForgetOldEvents(); })
      .RunEvery(std::chrono::hours(1), "forget_jobs", [&] { return housekeeping.ForgetOldJobs(); })
      .RunEvery(std::chrono::hours(1), "forget_quotes", [&] { return quotes.ForgetOld(); })
      .RunEvery(seconds(1), "look_at_jobs", [&] { return wait_explainer.Refresh(); });
  host.RunEvery(milliseconds(500), "settle_syncs", [&] { return sync_scheduler.Settle(); })
      .RunEvery(seconds(5), "run_syncs", [&] { return sync_scheduler.Run(); })
      .RunEvery(seconds(2), "probe_sources", [&] { return sync_scheduler.Probe(); })
      .RunEvery(seconds(2), "destroy_secrets", [&] { return sync_scheduler.DestroySecrets(); })
      .RunEvery(seconds(15), "measure_sources", [&] { return sync_scheduler.Measure(); });
  host.RunEvery(milliseconds(500), "sync_announced", [&] { return webhook_follower.Sync(); });
  host.RunEvery(seconds(1), "move_workspaces", [&] { return mass_import_driver.Run(); });
  host.OnStop([&] { sync_scheduler.Stop(); }).OnStop([&] { new_sources.Stop(); });
  host.OnStop([&] { announced_calls.Stop(); });
  host.OnStop([&] { wait_explainer.Stop(); });
  host.OnStop([&] { signals.Close(); }).OnStop([&] { planner.Stop(); });
  planner.Start();
  new_sources.Start();
  announced_calls.Start();
  return host.RunUntilSignalled();
}

}  // namespace
}  // namespace callimport::job_scheduler

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return callimport::rpc::RunMain<callimport::job_scheduler::Config>(
      argc, argv, "job-scheduler", callimport::job_scheduler::CheckConfig,
      callimport::job_scheduler::Run);
}
