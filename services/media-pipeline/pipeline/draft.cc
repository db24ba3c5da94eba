#include "services/media-pipeline/pipeline/draft.h"

#include <algorithm>

#include "libs/common/proto_time.h"

namespace callimport::media_pipeline {
namespace {

using std::chrono::milliseconds;

std::optional<milliseconds> EndOf(const common::v1::Transcript& transcript) {
  int last = 0;
  for (const auto& segment : transcript.segments()) last = std::max(last, segment.end_ms());
  if (last == 0) return std::nullopt;
  return milliseconds(last);
}

// Measured, else what the source says, else when the last word was said.
std::optional<milliseconds> DurationOf(const CallInHand& call,
                                       const std::optional<StoredRecording>& recording,
                                       const std::optional<TranscriptWithOriginal>& transcript) {
  if (recording && recording->duration) return recording->duration;
  if (call.record.has_duration()) return FromProto(call.record.duration());
  return transcript ? EndOf(transcript->transcript) : std::nullopt;
}

}  // namespace

EngagementDraft MakeDraft(CallInHand& call, const std::optional<StoredRecording>& recording,
                          std::optional<TranscriptWithOriginal> transcript) {
  EngagementDraft draft;
  EngagementFacts& facts = draft.facts;
  facts.origin = call.Origin();
  facts.import_batch_id = call.job_id;
  facts.call_id = call.lease.call_id();
  facts.duration = DurationOf(call, recording, transcript);
  facts.quality =
      QualityOf(call.record, facts.duration, recording.has_value(), transcript.has_value());
  draft.source_metadata = std::move(*call.record.mutable_source_metadata());
  call.record.clear_source_metadata();
  facts.record = std::move(call.record);
  if (transcript) {
    facts.transcript_engine = transcript->transcript.engine();
    draft.transcript = std::move(transcript->transcript);
    draft.original_transcript = std::move(transcript->original);
  }
  return draft;
}

}  // namespace callimport::media_pipeline
