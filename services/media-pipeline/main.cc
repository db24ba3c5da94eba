// media-pipeline: leases calls, stores their recordings and transcripts, and makes them
// engagements that can be found, read and played.

#include "absl/synchronization/mutex.h"
#include "libs/clients/adapter_gateway/recordings_client.h"
#include "libs/clients/adapter_gateway/records_client.h"
#include "libs/clients/job_scheduler/call_queue_client.h"
#include "libs/clients/job_scheduler/forgotten_calls_client.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/migrator.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/host.h"
#include "libs/rpc/run_main.h"
#include "services/media-pipeline/api/engagements_service.h"
#include "services/media-pipeline/api/uploads_service.h"
#include "services/media-pipeline/config.pb.h"
#include "services/media-pipeline/config_check.h"
#include "services/media-pipeline/limits.h"
#include "services/media-pipeline/objects/filesystem_object_store.h"
#include "services/media-pipeline/objects/sweeper.h"
#include "services/media-pipeline/transcribers/all_transcribers.h"
#include "services/media-pipeline/workers/forgetter.h"
#include "services/media-pipeline/workers/worker_pool.h"

namespace callimport::media_pipeline {

const std::vector<postgres::Migration>& Migrations();

absl::Status Run(const Config& config) {
  ASSIGN_OR_RETURN(const Limits limits, LimitsOf(config));
  ASSIGN_OR_RETURN(const auto database, postgres::Pool::Open(config.database()));
  RETURN_IF_ERROR(postgres::Migrate(*database, Migrations()));
  ASSIGN_OR_RETURN(const auto objects, OpenFilesystemObjectStore(config.object_dir()));
  ASSIGN_OR_RETURN(const auto transcriber, MakeTranscriber(config.transcriber()));
  ASSIGN_OR_RETURN(const auto scheduler, rpc::Connect(config.job_scheduler()));
  ASSIGN_OR_RETURN(const auto gateway, rpc::Connect(config.adapter_gateway()));
  const auto queue = job_scheduler::MakeCallQueueClient(scheduler);
  const auto forgotten_calls = job_scheduler::MakeForgottenCallsClient(scheduler);
  const auto recordings = adapter_gateway::MakeRecordingsClient(gateway);
  const auto records = adapter_gateway::MakeRecordsClient(gateway);

  DeliveryStore deliveries(*database);
  EngagementStore engagements(*database);
  Lexicon lexicon([&](const auto& words) { return engagements.ParseWords(words); }, kAfterWord);

  LeasesInHand leases(*queue);
  Deliverer deliverer(*objects, deliveries, lexicon, *queue, leases);
  NoRouting routing;
  CallWorker worker({*recordings, *transcriber, *objects, deliveries, deliverer, leases, routing},
                    limits.downloads_at_once, limits.transcriptions_at_once);
  WorkerPool pool(*queue, leases, worker, deliverer, WorkerName(), limits.downloads_at_once);
  Sweeper sweeper(
      *objects, [&](const auto& keys) { return deliveries.FindObjectsInUse(keys); }, SystemClock());

  UploadsService uploads(*objects, deliveries, *queue, pool.name(),
                         [&](auto call) { pool.TakeIn(std::move(call)); });
  RemapStore remaps(*database);
  Remapper remapper(remaps, *records, lexicon);
  EngagementsService reading(engagements, *objects, lexicon, remapper);

  DeletionStore deletions(*database);
  Forgetter forgetter(*forgotten_calls, deletions);

  rpc::Host host(config.server());
  host.Serve(uploads).Serve(reading);
  host.RunEvery(std::chrono::seconds(1), "renew leases", [&] { return leases.Renew(); });
  host.RunEvery(std::chrono::seconds(2), "forget calls", [&] { return forgetter.Run(); });
  host.RunEvery(std::chrono::hours(1), "sweep objects", [&] { return sweeper.Run(); });
  host.OnStop([&] { pool.Stop(); });
  pool.Start();
  return host.RunUntilSignalled();
}

}  // namespace callimport::media_pipeline

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return callimport::rpc::RunMain<callimport::media_pipeline::Config>(
      argc, argv, "media-pipeline", callimport::media_pipeline::CheckConfig,
      callimport::media_pipeline::Run);
}
