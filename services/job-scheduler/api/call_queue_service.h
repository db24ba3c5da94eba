// The work queue, as media-pipeline asks for it.
#pragma once

#include "callimport/job_scheduler/v1/call_queue.grpc.pb.h"
#include "libs/feed/feed_signal.h"
#include "libs/rpc/caller.h"
#include "services/job-scheduler/storage/queue_store.h"

namespace callimport::job_scheduler {

class CallQueueService final : public v1::CallQueue::Service {
 public:
  // `calls_due` is raised when calls may be due; its Close ends all waiting.
  CallQueueService(QueueStore& store, feed::FeedSignal& calls_due)
      : store_(store), calls_due_(calls_due) {}

  grpc::Status LeaseCalls(grpc::ServerContext* context, const v1::LeaseCallsRequest* request,
                          v1::LeaseCallsResponse* response) override;
  grpc::Status RenewLeases(grpc::ServerContext* context, const v1::RenewLeasesRequest* request,
                           v1::RenewLeasesResponse* response) override;
  grpc::Status ReportOutcomes(grpc::ServerContext* context,
                              const v1::ReportOutcomesRequest* request,
                              v1::ReportOutcomesResponse* response) override;
  grpc::Status ReleaseCalls(grpc::ServerContext* context, const v1::ReleaseCallsRequest* request,
                            v1::ReleaseCallsResponse* response) override;
  grpc::Status RegisterUpload(grpc::ServerContext* context,
                              const v1::RegisterUploadRequest* request,
                              v1::RegisterUploadResponse* response) override;

 private:
  absl::StatusOr<v1::LeaseCallsResponse> Lease(const grpc::ServerContext& context,
                                               const v1::LeaseCallsRequest& request);
  absl::StatusOr<v1::RenewLeasesResponse> Renew(const v1::RenewLeasesRequest& request);
  absl::StatusOr<v1::ReportOutcomesResponse> Report(const v1::ReportOutcomesRequest& request);
  absl::StatusOr<v1::ReleaseCallsResponse> Release(const v1::ReleaseCallsRequest& request);
  absl::StatusOr<v1::RegisterUploadResponse> Register(const rpc::Caller& caller,
                                                      const v1::RegisterUploadRequest& request);

  QueueStore& store_;
  feed::FeedSignal& calls_due_;
};

}  // namespace callimport::job_scheduler
