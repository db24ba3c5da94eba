// What a call becomes, and the recording that belongs to it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "callimport/common/v1/call.pb.h"
#include "libs/common/clock.h"
#include "services/media-pipeline/domain/metadata_quality.h"

namespace callimport::media_pipeline {

// The import source of recordings that people bring themselves.
inline constexpr char kUploadSource[] = "upload";

struct StoredRecording {
  std::string object_key;
  std::string sha256;  // 32 bytes
  int64_t size_bytes = 0;
  std::string content_type;
  std::optional<std::chrono::milliseconds> duration;
};

// Where a call comes from; an engagement is unique by it.
struct CallOrigin {
  std::string workspace_id;
  std::string import_source;
  // crypto::KeyOfId of the source's, which the record has whole.
  std::string source_call_id;
};

struct EngagementFacts {
  CallOrigin origin;
  std::string import_batch_id;
  std::string call_id;
  // Without source_metadata.
  common::v1::CallRecord record;
  std::optional<std::chrono::milliseconds> duration;
  MetadataQuality quality = MetadataQuality::kMinimal;
  std::string transcript_engine;
};

// An engagement to be stored.
struct EngagementDraft {
  EngagementFacts facts;
  std::string source_metadata;
  std::optional<common::v1::Transcript> transcript;
  std::string original_transcript;
  // The text form of a tsvector.
  std::string search;
};

// An engagement as it was stored.
struct Engagement {
  std::string engagement_id;
  Timestamp import_time;
  Timestamp happened_at;
  EngagementFacts facts;
  std::optional<StoredRecording> recording;
};

// The parts of an engagement that lists leave out.
struct EngagementTexts {
  std::optional<common::v1::Transcript> transcript;
  std::string original_transcript;
  std::string source_metadata;
};

}  // namespace callimport::media_pipeline
