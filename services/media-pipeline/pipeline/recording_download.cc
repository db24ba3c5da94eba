#include "services/media-pipeline/pipeline/recording_download.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::media_pipeline {
namespace {

absl::Status Truncated(int64_t announced, int64_t received) {
  return Error(absl::StatusCode::kDataLoss, "RECORDING_TRUNCATED",
               "the source announced " + std::to_string(announced) + " bytes and sent " +
                   std::to_string(received));
}

}  // namespace

RecordingDownload::RecordingDownload(const CallGroup& calls, ObjectStore& objects, Arrived arrived)
    : objects_(objects), arrived_(std::move(arrived)), needed_(calls.size()) {
  for (const CallPtr& call : calls) items_.emplace_back(*this, call);
}

void RecordingDownload::OnHeader(size_t index, const adapter_gateway::v1::MediaHeader& header) {
  Item& item = items_[index];
  if (header.has_content_length()) item.announced = header.content_length();
  item.intake = RecordingIntake::Begin(objects_);
  if (!item.intake.ok()) End(item, item.intake.status());
}

void RecordingDownload::OnData(size_t index, const std::string& data) {
  Item& item = items_[index];
  if (item.ended || item.call->IsDropped()) return;
  const absl::Status taken = item.intake->Take(data);
  if (!taken.ok()) End(item, taken);
}

void RecordingDownload::OnEnd(size_t index, const absl::Status& status) {
  Item& item = items_[index];
  if (item.ended) return;
  item.call->never_recorded = ReasonOf(status) == "NEVER_RECORDED";
  if (item.call->never_recorded || ReasonOf(status) == "RECORDING_MISSING") {
    return End(item, std::nullopt);
  }
  if (!status.ok()) return End(item, status);
  End(item, Finish(item));
}

void RecordingDownload::EndAll(const absl::Status& why) {
  for (Item& item : items_) {
    if (!item.ended) End(item, why);
  }
}

RecordingDownload::Recording RecordingDownload::Finish(Item& item) const {
  if (item.call->IsDropped()) return absl::CancelledError("the call was dropped");
  RecordingIntake& intake = *item.intake;
  if (item.announced && *item.announced != intake.size_bytes()) {
    return Truncated(*item.announced, intake.size_bytes());
  }
  ASSIGN_OR_RETURN(StoredRecording recording, intake.Finish(item.call->workspace_id));
  return recording;
}

void RecordingDownload::End(Item& item, Recording recording) {
  item.ended = true;
  item.intake = absl::UnavailableError("ended");  // what was not kept is gone
  arrived_(item.call, std::move(recording));
  Release(item);
}

void RecordingDownload::Release(Item& item) {
  if (item.released.exchange(true)) return;
  if (needed_.fetch_sub(1) == 1) unneeded_.request_stop();
}

}  // namespace callimport::media_pipeline
