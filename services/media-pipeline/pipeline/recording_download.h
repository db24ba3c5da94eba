// Recordings of a group of calls on their way into the object store.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "libs/clients/adapter_gateway/recordings_client.h"
#include "services/media-pipeline/objects/object_store.h"
#include "services/media-pipeline/objects/recording_intake.h"
#include "services/media-pipeline/pipeline/call_groups.h"

namespace callimport::media_pipeline {

class RecordingDownload : public adapter_gateway::MediaSink {
 public:
  using Recording = absl::StatusOr<std::optional<StoredRecording>>;
  // Gets every call once: with its recording, nothing when the source has none, or why not.
  using Arrived = std::function<void(const CallPtr& call, Recording recording)>;

  RecordingDownload(const CallGroup& calls, ObjectStore& objects, Arrived arrived);

  void OnHeader(size_t index, const adapter_gateway::v1::MediaHeader& header) override;
  void OnData(size_t index, const std::string& data) override;
  void OnEnd(size_t index, const absl::Status& status) override;

  // For those that have not ended.
  void EndAll(const absl::Status& why);

  // Stops once nobody needs any more of it: every call has ended or was dropped.
  std::stop_token unneeded() const { return unneeded_.get_token(); }

 private:
  struct Item {
    Item(RecordingDownload& download, const CallPtr& for_call)
        : call(for_call), on_drop(call->stop.get_token(), [&] { download.Release(*this); }) {}

    const CallPtr call;
    absl::StatusOr<RecordingIntake> intake = absl::UnavailableError("not begun");
    std::optional<int64_t> announced;
    bool ended = false;
    std::atomic<bool> released = false;
    // The last member, since it may run at once.
    std::stop_callback<std::function<void()>> on_drop;
  };

  Recording Finish(Item& item) const;
  void End(Item& item, Recording recording);
  void Release(Item& item);

  ObjectStore& objects_;
  const Arrived arrived_;
  std::stop_source unneeded_;
  std::atomic<size_t> needed_;
  // Items keep their addresses.
  std::deque<Item> items_;
};

}  // namespace callimport::media_pipeline
