// The facts about jobs, in commit order, as status-tracker follows them.
#pragma once

#include <chrono>

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "libs/feed/feed_signal.h"
#include "services/job-scheduler/storage/event_store.h"

namespace callimport::job_scheduler {

class JobEventsService final : public v1::JobEvents::Service {
 public:
  // `appended` is raised after every append of this process; its Close ends the streams.
  JobEventsService(EventStore& store, feed::FeedSignal& appended)
      : store_(store), appended_(appended) {}

  grpc::Status GetProgressSnapshot(grpc::ServerContext* context,
                                   const v1::GetProgressSnapshotRequest* request,
                                   v1::GetProgressSnapshotResponse* response) override;
  grpc::Status WatchJobEvents(grpc::ServerContext* context,
                              const v1::WatchJobEventsRequest* request,
                              grpc::ServerWriter<v1::WatchJobEventsResponse>* writer) override;

 private:
  absl::StatusOr<v1::GetProgressSnapshotResponse> Snapshot(
      const v1::GetProgressSnapshotRequest& request);
  absl::Status Watch(const grpc::ServerContext& context, const v1::WatchJobEventsRequest& request,
                     grpc::ServerWriter<v1::WatchJobEventsResponse>& writer);

  EventStore& store_;
  feed::FeedSignal& appended_;
};

}  // namespace callimport::job_scheduler
