// The stages "fetch" and "check": recordings come through the gateway into the object store.
#pragma once

#include <functional>

#include "libs/clients/adapter_gateway/recordings_client.h"
#include "libs/telemetry/metrics.h"
#include "services/media-pipeline/objects/object_store.h"
#include "services/media-pipeline/pipeline/call_groups.h"
#include "services/media-pipeline/storage/delivery_store.h"

namespace callimport::media_pipeline {

class RecordingFetcher {
 public:
  using Arrived = std::function<void(const CallPtr& call)>;

  RecordingFetcher(adapter_gateway::RecordingsClient& recordings, ObjectStore& objects,
                   DeliveryStore& store);

  // Sets the recording of every call of a group of GroupForDownloads(), and says so at once:
  // nothing when the source has none. What is new is not durable yet.
  void Fetch(const CallGroup& calls, const Arrived& arrived);

 private:
  using Recording = absl::StatusOr<std::optional<StoredRecording>>;
  void Download(const CallGroup& calls, const Arrived& arrived);
  Recording FindUpload(const CallInHand& call);

  adapter_gateway::RecordingsClient& recordings_;
  ObjectStore& objects_;
  DeliveryStore& store_;
  metrics::Histogram seconds_;
  metrics::Counter bytes_;
};

}  // namespace callimport::media_pipeline
