// status-tracker: follows the job events, and shows everybody who watches how far imports are.

#include "libs/clients/job_scheduler/job_events_client.h"
#include "libs/common/clock.h"
#include "libs/common/status_macros.h"
#include "libs/common/thread_pool.h"
#include "libs/feed/feed_follower.h"
#include "libs/postgres/migrator.h"
#include "libs/postgres/pool.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/host.h"
#include "libs/rpc/run_main.h"
#include "services/status-tracker/api/progress_service.h"
#include "services/status-tracker/config.pb.h"
#include "services/status-tracker/config_check.h"
#include "services/status-tracker/projection/job_event_projector.h"
#include "services/status-tracker/projection/status_finder.h"
#include "services/status-tracker/storage/status_store.h"
#include "services/status-tracker/watch/progress_hub.h"
#include "services/status-tracker/watch/status_message.h"

namespace callimport::status_tracker {
namespace {

// Most of them wait for job-scheduler when it does not answer.
constexpr int kLookupThreads = 16;
constexpr size_t kMaxWaitingLookups = 50'000;
constexpr std::chrono::hours kKeepEnded{30 * 24};

absl::Status Run(const Config& config) {
  ASSIGN_OR_RETURN(const auto database, postgres::Pool::Open(config.database()));
  RETURN_IF_ERROR(postgres::Migrate(*database, Migrations()));
  ASSIGN_OR_RETURN(const auto job_scheduler, rpc::Connect(config.job_scheduler()));
  const auto events = job_scheduler::MakeJobEventsClient(job_scheduler);
  const Clock& clock = SystemClock();

  StatusStore store(*database);
  StatusFinder finder(store, *events);
  ProgressHub hub([&](const ImportStatus& status) {
    return MakeMessage(v1::WatchImportResponse::KIND_CHANGE, status, clock.Now())
        .SerializeAsString();
  });
  ThreadPool lookups(kLookupThreads, kMaxWaitingLookups);
  JobEventProjector projector(
      *events, store, [&](ImportStatus status) { hub.Publish(std::move(status)); }, clock);
  feed::FeedFollower follower("job events",
                              [&](const auto& stop) { return projector.Follow(stop); });
  ProgressService progress(finder, hub, lookups, clock);

  rpc::Host host(config.server());
  host.Serve(progress);
  host.RunEvery(std::chrono::seconds(1), "silence", [&] { return projector.CheckSilence(); });
  host.RunEvery(std::chrono::hours(1), "retention", [&] { return store.ForgetEnded(kKeepEnded); });
  host.OnStop([&] { hub.Shutdown(); });
  host.OnStop([&] { lookups.Stop(); });
  host.OnStop([&] { follower.Stop(); });
  follower.Start();
  return host.RunUntilSignalled();
}

}  // namespace
}  // namespace callimport::status_tracker

int main(int argc, char** argv) {
  return callimport::rpc::RunMain<callimport::status_tracker::Config>(
      argc, argv, "status-tracker", callimport::status_tracker::CheckConfig,
      callimport::status_tracker::Run);
}
