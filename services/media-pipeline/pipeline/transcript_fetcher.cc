#include "services/media-pipeline/pipeline/transcript_fetcher.h"

#include <map>
#include <string>

#include "services/media-pipeline/pipeline/all_dropped.h"

namespace callimport::media_pipeline {
namespace {

std::optional<TranscriptWithOriginal> Take(adapter_gateway::v1::SourceTranscript& answer) {
  if (answer.transcript().segments_size() == 0) return std::nullopt;
  return TranscriptWithOriginal{std::move(*answer.mutable_transcript()),
                                std::move(*answer.mutable_original())};
}

}  // namespace

bool MayHaveTranscript(const CallInHand& call) {
  if (call.platform == kUploadSource) return false;
  return !call.record.has_has_transcript() || call.record.has_transcript();
}

void FetchTranscripts(adapter_gateway::RecordingsClient& recordings, const CallGroup& group,
                      const std::stop_token& stop) {
  adapter_gateway::v1::GetTranscriptsRequest request;
  request.set_workspace_id(group.front()->workspace_id);
  request.set_credential_id(group.front()->credential_id);
  request.set_work_class(group.front()->work_class);
  std::map<std::string, CallPtr> by_id;
  for (const CallPtr& call : group) {
    by_id.emplace(call->record.source_call_id(), call);
    request.add_source_call_ids(call->record.source_call_id());
  }

  AllDropped dropped(group);
  const std::stop_callback stop_too(stop, [&] { dropped.StopAnyway(); });
  auto response = recordings.GetTranscripts(request, dropped.token());
  if (!response.ok()) {
    for (const CallPtr& call : group) call->source_transcript = response.status();
    return;
  }
  for (adapter_gateway::v1::SourceTranscript& answer : *response->mutable_transcripts()) {
    const auto asked = by_id.find(answer.source_call_id());
    if (asked != by_id.end()) asked->second->source_transcript = Take(answer);
  }
}

}  // namespace callimport::media_pipeline
