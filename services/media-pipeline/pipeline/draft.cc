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
std::optional<milliseconds> DurationOf(const common::v1::CallRecord& record,
                                       const std::optional<StoredRecording>& recording,
                                       const common::v1::Transcript* transcript) {
  if (recording && recording->duration) return recording->duration;
  if (record.has_duration()) return FromProto(record.duration());
  return transcript != nullptr ? EndOf(*transcript) : std::nullopt;
}

}  // namespace

void Judge(const std::optional<StoredRecording>& recording,
           const common::v1::Transcript* transcript, EngagementFacts& facts) {
  facts.duration = DurationOf(facts.record, recording, transcript);
  facts.quality =
      QualityOf(facts.record, facts.duration, recording.has_value(), transcript != nullptr);
}

Searchable ToSearchable(const EngagementDraft& draft) {
  Searchable item{.workspace_id = draft.facts.origin.workspace_id,
                  .title = draft.facts.record.title(),
                  .spoken = {}};
  if (draft.transcript) {
    for (const auto& segment : draft.transcript->segments()) item.spoken.push_back(segment.text());
  }
  return item;
}

EngagementDraft MakeDraft(CallInHand& call, const std::optional<StoredRecording>& recording,
                          std::optional<TranscriptWithOriginal> transcript) {
  EngagementDraft draft;
  EngagementFacts& facts = draft.facts;
  facts.origin = call.Origin();
  facts.import_batch_id = call.job_id;
  facts.call_id = call.lease.call_id();
  draft.source_metadata = std::move(*call.record.mutable_source_metadata());
  call.record.clear_source_metadata();
  facts.record = std::move(call.record);
  Judge(recording, transcript ? &transcript->transcript : nullptr, facts);
  if (transcript) {
    facts.transcript_engine = transcript->transcript.engine();
    draft.transcript = std::move(transcript->transcript);
    draft.original_transcript = std::move(transcript->original);
  }
  return draft;
}

}  // namespace callimport::media_pipeline
