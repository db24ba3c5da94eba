#include "services/status-tracker/watch/watch_import_stream.h"

#include "libs/rpc/status.h"
#include "services/status-tracker/watch/status_message.h"

namespace callimport::status_tracker {
namespace {

using Kind = v1::WatchImportResponse;

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

grpc::ByteBuffer ToBuffer(const v1::WatchImportResponse& message) {
  return ToBuffer(message.SerializeAsString());
}

}  // namespace

std::shared_ptr<Watcher> WatchImportStream::Watch(ProgressHub& hub,
                                                  const v1::WatchImportRequest& request,
                                                  int64_t known_revision) {
  job_id_ = request.job_id();
  subscription_ = hub.Subscribe(request.workspace_id(), job_id_, known_revision, *this);
  return subscription_->served() ? nullptr : subscription_->watcher();
}

void WatchImportStream::SendFirst(const ImportStatus& status) {
  Offer(ToBuffer(MakeMessage(Kind::KIND_SNAPSHOT, status, clock_.Now())));
}

void WatchImportStream::SendChange(const Update& update) { Offer(ToBuffer(update.message)); }

void WatchImportStream::SendFinal(const ImportStatus& status) {
  Offer(ToBuffer(MakeMessage(Kind::KIND_FINAL, status, clock_.Now())));
  Close();
}

void WatchImportStream::SendHeartbeat(int64_t revision) {
  OfferWhenIdle(ToBuffer(MakeHeartbeat(job_id_, revision)));
}

void WatchImportStream::SendEnd(const absl::Status& status) { Close(rpc::ToGrpcStatus(status)); }

}  // namespace callimport::status_tracker
