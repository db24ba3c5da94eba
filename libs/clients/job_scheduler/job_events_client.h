// Asking job-scheduler for the facts about jobs. Only status-tracker does.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/job_events.pb.h"

namespace callimport::job_scheduler {

// Gets every message in order, on the calling thread; an error of its own ends the watch.
using JobEventSink = std::function<absl::Status(const v1::WatchJobEventsResponse& message)>;

// What JobEvents promises; its proto says which errors there are.
class JobEventsClient {
 public:
  virtual ~JobEventsClient() = default;

  // Of one job, or of all that are not terminal when the id is empty.
  virtual absl::StatusOr<v1::GetProgressSnapshotResponse> GetProgressSnapshot(
      const std::string& job_id) = 0;

  // Returns when the scheduler ends the stream, when it has been open for an hour (OK: follow
  // again), or with CANCELLED soon after a stop.
  virtual absl::Status WatchJobEvents(int64_t after_revision, const JobEventSink& sink,
                                      const std::stop_token& stop) = 0;
};

std::unique_ptr<JobEventsClient> MakeJobEventsClient(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::job_scheduler
