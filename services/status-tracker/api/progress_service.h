// Progress: live progress for dashboards.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include "callimport/status_tracker/v1/progress.grpc.pb.h"
#include "libs/common/clock.h"
#include "libs/common/thread_pool.h"
#include "libs/rpc/caller.h"
#include "services/status-tracker/projection/status_finder.h"
#include "services/status-tracker/watch/progress_hub.h"

namespace callimport::status_tracker {

// Watching speaks bytes, so that a change is serialized once for all who watch.
class ProgressService final
    : public v1::Progress::WithRawCallbackMethod_WatchImport<v1::Progress::Service> {
 public:
  ProgressService(StatusFinder& finder, ProgressHub& hub, ThreadPool& lookups, const Clock& clock)
      : finder_(finder), hub_(hub), lookups_(lookups), clock_(clock) {}

  grpc::Status GetImportStatus(grpc::ServerContext* context,
                               const v1::GetImportStatusRequest* request,
                               v1::GetImportStatusResponse* response) override;

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchImport(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* bytes) override;

 private:
  absl::StatusOr<v1::GetImportStatusResponse> Get(const v1::GetImportStatusRequest& request);
  void LookUpFor(const std::shared_ptr<Watcher>& watcher);

  StatusFinder& finder_;
  ProgressHub& hub_;
  ThreadPool& lookups_;
  const Clock& clock_;
};

}  // namespace callimport::status_tracker
