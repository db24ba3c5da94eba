#include "services/job-scheduler/api/job_events_service.h"

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kEventsPerMessage = 1'000;
// How soon an event is found that another process has appended.
constexpr milliseconds kLookEvery{100};
constexpr std::chrono::seconds kHeartbeat{2};

v1::WatchJobEventsResponse ToMessage(std::vector<EventStore::Event> events) {
  v1::WatchJobEventsResponse message;
  for (EventStore::Event& event : events) {
    v1::JobEvent& added = *message.add_events();
    added.set_revision(event.revision);
    added.mutable_status()->Swap(&event.status);
  }
  return message;
}

}  // namespace

grpc::Status JobEventsService::GetProgressSnapshot(grpc::ServerContext* context,
                                                   const v1::GetProgressSnapshotRequest* request,
                                                   v1::GetProgressSnapshotResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Snapshot(*request); });
}

grpc::Status JobEventsService::WatchJobEvents(
    grpc::ServerContext* context, const v1::WatchJobEventsRequest* request,
    grpc::ServerWriter<v1::WatchJobEventsResponse>* writer) {
  return rpc::AnswerWith(*context,
                         [&](const rpc::Caller&) { return Watch(*context, *request, *writer); });
}

absl::StatusOr<v1::GetProgressSnapshotResponse> JobEventsService::Snapshot(
    const v1::GetProgressSnapshotRequest& request) {
  RETURN_IF_ERROR(RequestCheck()
                      .Require(request.job_id().empty() || IsUuid(request.job_id()), "job_id",
                               "must be a UUID or empty")
                      .Verdict());
  ASSIGN_OR_RETURN(EventStore::Snapshot snapshot, store_.TakeSnapshot(request.job_id()));
  v1::GetProgressSnapshotResponse response;
  response.set_revision(snapshot.revision);
  for (auto& status : snapshot.jobs) response.add_jobs()->Swap(&status);
  return response;
}

absl::Status JobEventsService::Watch(const grpc::ServerContext& context,
                                     const v1::WatchJobEventsRequest& request,
                                     grpc::ServerWriter<v1::WatchJobEventsResponse>& writer) {
  RETURN_IF_ERROR(
      RequestCheck()
          .Require(request.after_revision() >= 0, "after_revision", "must not be negative")
          .Verdict());
  int64_t revision = request.after_revision();
  uint64_t seen = 0;
  steady_clock::time_point written{};
  while (appended_.Wait(seen, kLookEvery)) {
    if (context.IsCancelled()) return absl::CancelledError("the watcher left");
    ASSIGN_OR_RETURN(std::vector<EventStore::Event> events,
                     store_.ReadAfter(revision, kEventsPerMessage));
    const bool idle = events.empty() && steady_clock::now() - written < kHeartbeat;
    if (idle) continue;
    if (!events.empty()) revision = events.back().revision;
    if (!writer.Write(ToMessage(std::move(events)))) {
      return absl::CancelledError("the watcher left");
    }
    written = steady_clock::now();
  }
  return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "job-scheduler is stopping");
}

}  // namespace callimport::job_scheduler
