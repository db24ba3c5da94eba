// Takes leased calls through their stages: fetch, check, transcribe, deliver.
//
// Recordings and the sources' transcripts are fetched at the same time; whichever comes last
// decides what the call still needs. Only a call without a transcript of its source goes to the
// transcription engine, in a lane of its own, so that the others overtake it.
#pragma once

#include <stop_token>
#include <vector>

#include "libs/clients/adapter_gateway/recordings_client.h"
#include "libs/common/thread_pool.h"
#include "libs/telemetry/metrics.h"
#include "services/media-pipeline/objects/object_store.h"
#include "services/media-pipeline/pipeline/call_in_hand.h"
#include "services/media-pipeline/pipeline/recording_fetcher.h"
#include "services/media-pipeline/pipeline/routing_hook.h"
#include "services/media-pipeline/storage/delivery_store.h"
#include "services/media-pipeline/transcribers/transcriber.h"
#include "services/media-pipeline/workers/deliverer.h"
#include "services/media-pipeline/workers/leases_in_hand.h"

namespace callimport::media_pipeline {

class CallWorker {
 public:
  struct Parts {
    adapter_gateway::RecordingsClient& recordings;
    Transcriber& transcriber;
    ObjectStore& objects;
    DeliveryStore& store;
    Deliverer& deliverer;
    LeasesInHand& leases;
    RoutingHook& routing;
  };
  CallWorker(const Parts& parts, int downloads_at_once, int transcriptions_at_once);

  // Starts on calls that are in hand.
  void Begin(const std::vector<CallPtr>& calls);

  // Ends what runs; the calls must have been dropped.
  void Stop();

 private:
  // Uses what former attempts have left, and returns the calls that still need something.
  std::vector<CallPtr> ReportFormerDeliveries(const std::vector<CallPtr>& calls);
  bool Recall(const CallPtr& call, DeliveryStore::Remains remains);
  void FetchTranscripts(const std::vector<CallPtr>& calls);
  void FetchRecordings(const std::vector<CallPtr>& calls);

  // Counts down the parts of a call that are still awaited; goes on with the last one.
  void PartArrived(const CallPtr& call);
  void GoOn(const CallPtr& call);

  void TranscribeLater(const CallPtr& call);
  void Transcribe(const CallPtr& call);
  void Complete(const CallPtr& call, std::optional<TranscriptWithOriginal> transcript);
  void Fail(const CallPtr& call, const absl::Status& why);
  Delivery DeliveryOf(const CallPtr& call);

  Parts parts_;
  RecordingFetcher fetcher_;
  std::stop_source stop_;
  metrics::Histogram transcribe_seconds_;
  metrics::Counter reused_transcripts_;
  metrics::Counter made_transcripts_;
  ThreadPool downloads_;
  ThreadPool source_transcripts_;
  ThreadPool transcriptions_;
};

}  // namespace callimport::media_pipeline
