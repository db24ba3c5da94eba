// Engagements for tests.
#pragma once

#include <string>

#include "services/media-pipeline/domain/engagement.h"
#include "services/media-pipeline/storage/recordings_table.h"

namespace callimport::media_pipeline {

inline EngagementDraft MakeTestDraft(int number, const std::string& spoken = "",
                                     const std::string& workspace_id = "acme") {
  const std::string id = std::to_string(number);
  EngagementDraft draft;
  EngagementFacts& facts = draft.facts;
  facts.origin = {workspace_id, "gong", "source-" + id};
  facts.import_batch_id = "job-1";
  facts.call_id = "call-" + id;
  facts.record.set_source_call_id("source-" + id);
  facts.record.set_title("Call " + id);
  facts.record.mutable_start_time()->set_seconds(1'700'000'000 + number);
  facts.duration = std::chrono::seconds(61);
  facts.quality = MetadataQuality::kPartial;
  draft.source_metadata = std::string("{\"id\": \"\0\xff", 10) + id + "\"}";
  draft.search = "'=" + workspace_id + "'";
  if (!spoken.empty()) {
    facts.transcript_engine = "source:gong";
    common::v1::Segment& segment = *draft.transcript.emplace().add_segments();
    segment.set_text(spoken);
    draft.original_transcript = "{\"original\": true}";
  }
  return draft;
}

inline RecordingOfCall MakeTestRecording(int number) {
  return {"call-" + std::to_string(number), "acme",
          StoredRecording{.object_key = "ws-acme/00/" + std::to_string(number),
                          .sha256 = std::string(32, static_cast<char>(number)),
                          .size_bytes = 1000 + number,
                          .content_type = "audio/wav",
                          .duration = std::chrono::milliseconds(1500)}};
}

}  // namespace callimport::media_pipeline
