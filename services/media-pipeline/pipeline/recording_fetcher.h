// The stages "fetch" and "check": a recording comes through the gateway into the object store.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "libs/clients/adapter_gateway/recordings_client.h"
#include "libs/telemetry/metrics.h"
#include "services/media-pipeline/objects/object_store.h"
#include "services/media-pipeline/pipeline/call_in_hand.h"
#include "services/media-pipeline/storage/delivery_store.h"

namespace callimport::media_pipeline {

class RecordingFetcher {
 public:
  RecordingFetcher(adapter_gateway::RecordingsClient& recordings, ObjectStore& objects,
                   DeliveryStore& store);

  // Nothing when the source has no recording of this call. Not durable yet.
  absl::StatusOr<std::optional<StoredRecording>> Fetch(const CallInHand& call);

 private:
  absl::StatusOr<std::optional<StoredRecording>> Download(const CallInHand& call);
  absl::StatusOr<std::optional<StoredRecording>> FindUpload(const CallInHand& call);

  adapter_gateway::RecordingsClient& recordings_;
  ObjectStore& objects_;
  DeliveryStore& store_;
  metrics::Histogram seconds_;
  metrics::Counter bytes_;
};

}  // namespace callimport::media_pipeline
