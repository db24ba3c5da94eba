// One WatchImport: joins a place in the hub to a gRPC stream. Deletes itself when the rpc is over.
//
// It writes bytes, not messages: a change is serialized once for thousands of streams.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>

#include "callimport/status_tracker/v1/progress.pb.h"
#include "libs/common/clock.h"
#include "libs/rpc/latest_value_stream.h"
#include "services/status-tracker/watch/progress_hub.h"

namespace callimport::status_tracker {

class WatchImportStream final : public rpc::LatestValueStream<grpc::ByteBuffer>, public WatchSink {
 public:
  explicit WatchImportStream(const Clock& clock) : clock_(clock) {}

  // Returns whom to answer once the job is looked up (the stream itself may be gone by then), or
  // null when nothing needs to be.
  std::shared_ptr<Watcher> Watch(ProgressHub& hub, const v1::WatchImportRequest& request,
                                 int64_t known_revision);

  void SendFirst(const ImportStatus& status) override;
  void SendChange(const Update& update) override;
  void SendFinal(const ImportStatus& status) override;
  void SendHeartbeat(int64_t revision) override;
  void SendEnd(const absl::Status& status) override;

 private:
  const Clock& clock_;
  std::string job_id_;
  std::unique_ptr<ProgressHub::Subscription> subscription_;  // destroyed first: no Send follows
};

}  // namespace callimport::status_tracker
