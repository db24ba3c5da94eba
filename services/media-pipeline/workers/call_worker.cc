#include "services/media-pipeline/workers/call_worker.h"

#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <limits>
#include <utility>

#include "libs/common/errors.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"
#include "services/media-pipeline/pipeline/draft.h"
#include "services/media-pipeline/pipeline/fault.h"
#include "services/media-pipeline/pipeline/stopwatch.h"
#include "services/media-pipeline/pipeline/transcript_fetcher.h"

namespace callimport::media_pipeline {
namespace {

constexpr int kTranscriptRequestsAtOnce = 4;
// Each pool has a task a call in hand at most, so whoever bounds those bounds it.
constexpr size_t kUnbounded = std::numeric_limits<size_t>::max();
// More than these wait in the scheduler's queue instead of ours; their recordings are stored.
constexpr size_t kMaxTranscribing = 200;
constexpr std::chrono::seconds kTranscriberPause{30};

using common::v1::CALL_STATE_PROCESSING;
using common::v1::CALL_STATE_TRANSCRIBING;

absl::Status TranscriberBusy() {
  return WithRetryDelay(Error(absl::StatusCode::kResourceExhausted, "TRANSCRIBER_BUSY",
                              "waiting for the transcription engine"),
                        kTranscriberPause);
}

absl::Status NothingToImport() {
  return Error(absl::StatusCode::kNotFound, "RECORDING_MISSING",
               "the source has neither a recording nor a transcript of this call");
}

job_scheduler::v1::CallWarning Warning(const std::string& reason, const std::string& message) {
  job_scheduler::v1::CallWarning warning;
  warning.set_reason(reason);
  warning.set_message(message);
  return warning;
}

// What the source owes us, though the call is imported all the same.
std::vector<job_scheduler::v1::CallWarning> WarningsOn(const CallInHand& call) {
  std::vector<job_scheduler::v1::CallWarning> warnings;
  if (call.platform == kUploadSource) return warnings;
  if (call.never_recorded) {
    warnings.push_back(
        Warning("NEVER_RECORDED", "the source says that this call was not recorded"));
  } else if (!call.recording->has_value()) {
    warnings.push_back(Warning("RECORDING_MISSING", "the source has no recording of this call"));
  }
  if (call.record.has_transcript() && !call.source_transcript->has_value()) {
    warnings.push_back(Warning("TRANSCRIPT_MISSING",
                               "the source has not the transcript that it tells of; the recording "
                               "was transcribed instead"));
  }
  return warnings;
}

// An engine of ours has no other form of its own.
std::string OriginalOf(const common::v1::Transcript& transcript) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(transcript, &json, options);
  return json;
}

}  // namespace

CallWorker::CallWorker(const Parts& parts, int downloads_at_once, int transcriptions_at_once)
    : parts_(parts),
      fetcher_(parts.recordings, parts.objects, parts.store),
      transcribe_seconds_("import_stage_seconds", "How long a stage of a call takes.",
                          {{"stage", "transcribe"}}),
      reused_transcripts_("import_transcripts_total", "Transcripts by where they come from.",
                          {{"origin", "source"}}),
      made_transcripts_("import_transcripts_total", "Transcripts by where they come from.",
                        {{"origin", "engine"}}),
      downloads_(downloads_at_once, kUnbounded),
      source_transcripts_(kTranscriptRequestsAtOnce, kUnbounded),
      transcriptions_(transcriptions_at_once, kUnbounded) {}

void CallWorker::Begin(const std::vector<CallPtr>& calls) {
  const std::vector<CallPtr> unfinished = ReportFormerDeliveries(calls);
  FetchTranscripts(unfinished);
  FetchRecordings(unfinished);
}

void CallWorker::Stop() {
  stop_.request_stop();
  downloads_.Stop();
  source_transcripts_.Stop();
  transcriptions_.Stop();
}

// A crash may have come between storing and reporting; then nothing is done again.
std::vector<CallPtr> CallWorker::ReportFormerDeliveries(const std::vector<CallPtr>& calls) {
  std::vector<CallPtr> unfinished, repeated;
  std::vector<DeliveryStore::KnownCall> asked;
  for (const CallPtr& call : calls) {
    if (!call->IsRepeated()) {
      unfinished.push_back(call);
      continue;
    }
    repeated.push_back(call);
    asked.push_back({call->lease.call_id(), call->Origin()});
  }
  if (repeated.empty()) return unfinished;
  auto remains = parts_.store.FindRemains(asked);
  if (!remains.ok()) {
    log::Warning("former attempts are not known", {{"error", remains.status()}});
    return calls;
  }
  for (size_t i = 0; i < repeated.size(); ++i) {
    if (!Recall(repeated[i], std::move((*remains)[i]))) unfinished.push_back(repeated[i]);
  }
  return unfinished;
}

// True when the call was delivered before, and only its outcome is missing.
bool CallWorker::Recall(const CallPtr& call, DeliveryStore::Remains remains) {
  if (remains.recording && parts_.objects.Exists(remains.recording->object_key)) {
    call->recording = std::move(remains.recording);
  }
  if (remains.engagement_id.empty()) return false;
  if (!parts_.leases.SetStage(call, CALL_STATE_PROCESSING)) return true;
  Delivery delivery = DeliveryOf(call);
  delivery.engagement_id = std::move(remains.engagement_id);
  parts_.deliverer.Add(std::move(delivery));
  return true;
}

void CallWorker::FetchTranscripts(const std::vector<CallPtr>& calls) {
  std::vector<CallPtr> asked;
  for (const CallPtr& call : calls) {
    if (MayHaveTranscript(*call)) {
      asked.push_back(call);
    } else {
      PartArrived(call);
    }
  }
  for (CallGroup& group : GroupForTranscripts(asked)) {
    source_transcripts_.Post([this, group = std::move(group)]() mutable {
      std::erase_if(group, [](const CallPtr& call) { return call->IsDropped(); });
      if (group.empty()) return;
      const CorrelationScope scope(group.front()->correlation_id);
      media_pipeline::FetchTranscripts(parts_.recordings, group, stop_.get_token());
      for (const CallPtr& call : group) PartArrived(call);
    });
  }
}

void CallWorker::FetchRecordings(const std::vector<CallPtr>& calls) {
  std::vector<CallPtr> asked;
  for (const CallPtr& call : calls) {
    if (call->recording.ok() && call->recording->has_value()) {
      PartArrived(call);
    } else {
      asked.push_back(call);
    }
  }
  for (CallGroup& group : GroupForDownloads(asked)) {
    downloads_.Post([this, group = std::move(group)]() mutable {
      std::erase_if(group, [](const CallPtr& call) { return call->IsDropped(); });
      if (group.empty()) return;
      const CorrelationScope scope(group.front()->correlation_id);
      fetcher_.Fetch(group, [this](const CallPtr& call) { PartArrived(call); });
    });
  }
}

void CallWorker::PartArrived(const CallPtr& call) {
  if (call->parts_awaited.fetch_sub(1) == 1 && !call->IsDropped()) GoOn(call);
}

void CallWorker::GoOn(const CallPtr& call) {
  const CorrelationScope scope(call->correlation_id);
  if (!call->recording.ok()) return Fail(call, call->recording.status());
  if (!call->source_transcript.ok()) return Fail(call, call->source_transcript.status());
  if (call->source_transcript->has_value()) {
    reused_transcripts_.Add();
    return Complete(call, std::move(**call->source_transcript));
  }
  if (call->recording->has_value()) return TranscribeLater(call);
  // What is known of it is all that there will be.
  if (call->never_recorded) return Complete(call, std::nullopt);
  Fail(call, NothingToImport());
}

// The recording is safe first: however transcription goes, it is not downloaded again.
void CallWorker::TranscribeLater(const CallPtr& call) {
  if (parts_.leases.transcribing() >= kMaxTranscribing) return Fail(call, TranscriberBusy());
  if (!parts_.leases.SetStage(call, CALL_STATE_TRANSCRIBING)) return;
  const auto submit = [this, call] { transcriptions_.Post([this, call] { Transcribe(call); }); };
  if (!call->recording_is_new) return submit();
  Delivery delivery = DeliveryOf(call);
  delivery.then = submit;
  parts_.deliverer.Add(std::move(delivery));
}

void CallWorker::Transcribe(const CallPtr& call) {
  if (call->IsDropped()) return;
  const CorrelationScope scope(call->correlation_id);
  const auto path = parts_.objects.LocalPath((*call->recording)->object_key);
  if (!path.ok()) return Fail(call, path.status());
  absl::StatusOr<common::v1::Transcript> transcript = [&] {
    const Stopwatch measured(transcribe_seconds_);
    return parts_.transcriber.Transcribe(*path, [&] { return call->IsDropped(); });
  }();
  if (!transcript.ok()) return Fail(call, transcript.status());
  made_transcripts_.Add();
  std::string original = OriginalOf(*transcript);
  Complete(call, TranscriptWithOriginal{*std::move(transcript), std::move(original)});
}

void CallWorker::Complete(const CallPtr& call, std::optional<TranscriptWithOriginal> transcript) {
  if (!parts_.leases.SetStage(call, CALL_STATE_PROCESSING)) return;
  std::vector<job_scheduler::v1::CallWarning> warnings = WarningsOn(*call);
  EngagementDraft draft = MakeDraft(*call, *call->recording, std::move(transcript));
  const absl::Status routed = parts_.routing.Route(draft);
  if (!routed.ok()) return Fail(call, routed);
  Delivery delivery = DeliveryOf(call);
  delivery.warnings = std::move(warnings);
  delivery.engagement = std::move(draft);
  parts_.deliverer.Add(std::move(delivery));
}

void CallWorker::Fail(const CallPtr& call, const absl::Status& why) {
  if (call->IsDropped()) return;
  log::Info("a call failed", {{"call_id", call->lease.call_id()},
                              {"source_call_id", call->record.source_call_id()},
                              {"error", why}});
  if (!parts_.leases.SetStage(call, CALL_STATE_PROCESSING)) return;
  Delivery delivery = DeliveryOf(call);
  delivery.failure = ToFailedCall(why);
  parts_.deliverer.Add(std::move(delivery));
}

// With the recording, if it is not in the database yet.
Delivery CallWorker::DeliveryOf(const CallPtr& call) {
  Delivery delivery;
  delivery.call = call;
  if (!call->recording.ok() || !call->recording->has_value()) return delivery;
  delivery.media_bytes = (*call->recording)->size_bytes;
  if (std::exchange(call->recording_is_new, false)) delivery.new_recording = *call->recording;
  return delivery;
}

}  // namespace callimport::media_pipeline
