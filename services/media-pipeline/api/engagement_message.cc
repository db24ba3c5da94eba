#include "services/media-pipeline/api/engagement_message.h"

#include "libs/common/proto_time.h"
#include "libs/crypto/digest.h"

namespace callimport::media_pipeline {
namespace {

static_assert(static_cast<int>(MetadataQuality::kMinimal) == v1::METADATA_QUALITY_MINIMAL);
static_assert(static_cast<int>(MetadataQuality::kPartial) == v1::METADATA_QUALITY_PARTIAL);
static_assert(static_cast<int>(MetadataQuality::kFull) == v1::METADATA_QUALITY_FULL);

v1::Recording ToMessage(const StoredRecording& recording) {
  v1::Recording message;
  message.set_content_type(recording.content_type);
  message.set_size_bytes(recording.size_bytes);
  message.set_sha256(crypto::ToHex(recording.sha256));
  return message;
}

}  // namespace

v1::Engagement ToMessage(const Engagement& engagement) {
  const EngagementFacts& facts = engagement.facts;
  v1::Engagement message;
  message.set_engagement_id(engagement.engagement_id);
  message.set_workspace_id(facts.origin.workspace_id);
  message.set_import_source(facts.origin.import_source);
  message.set_source_call_id(facts.record.source_call_id());
  message.set_import_batch_id(facts.import_batch_id);
  message.set_call_id(facts.call_id);
  message.set_title(facts.record.title());
  if (facts.record.has_start_time()) *message.mutable_start_time() = facts.record.start_time();
  if (facts.duration) *message.mutable_duration() = ToProto(*facts.duration);
  *message.mutable_participants() = facts.record.participants();
  message.set_metadata_quality(static_cast<v1::MetadataQuality>(facts.quality));
  *message.mutable_import_time() = ToProto(engagement.import_time);
  if (engagement.recording) *message.mutable_recording() = ToMessage(*engagement.recording);
  message.set_transcript_engine(facts.transcript_engine);
  return message;
}

}  // namespace callimport::media_pipeline
