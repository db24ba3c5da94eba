#include "services/media-pipeline/pipeline/recording_fetcher.h"

#include <chrono>
#include <utility>

#include "absl/strings/escaping.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/media-pipeline/pipeline/recording_download.h"

namespace callimport::media_pipeline {
namespace {

adapter_gateway::v1::DownloadMediaRequest RequestFor(const CallGroup& calls) {
  adapter_gateway::v1::DownloadMediaRequest request;
  request.set_workspace_id(calls.front()->workspace_id);
  request.set_credential_id(calls.front()->credential_id);
  request.set_work_class(calls.front()->work_class);
  for (const CallPtr& call : calls) request.add_source_call_ids(call->record.source_call_id());
  return request;
}

void Put(CallInHand& call, RecordingDownload::Recording recording) {
  call.recording_is_new = recording.ok() && recording->has_value();
  call.recording = std::move(recording);
}

}  // namespace

RecordingFetcher::RecordingFetcher(adapter_gateway::RecordingsClient& recordings,
                                   ObjectStore& objects, DeliveryStore& store)
    : recordings_(recordings),
      objects_(objects),
      store_(store),
      seconds_("import_stage_seconds", "How long a stage of a call takes.", {{"stage", "fetch"}}),
      bytes_("media_bytes_total", "Bytes of recordings taken in.") {}

void RecordingFetcher::Fetch(const CallGroup& calls, const Arrived& arrived) {
  if (calls.front()->platform != kUploadSource) return Download(calls, arrived);
  for (const CallPtr& call : calls) {
    Put(*call, FindUpload(*call));
    arrived(call);
  }
}

void RecordingFetcher::Download(const CallGroup& calls, const Arrived& arrived) {
  const auto begin = std::chrono::steady_clock::now();
  RecordingDownload download(calls, objects_, [&](const CallPtr& call, Recording recording) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    seconds_.Observe(passed.count());
    if (recording.ok() && *recording) bytes_.Add(static_cast<double>((*recording)->size_bytes));
    Put(*call, std::move(recording));
    arrived(call);
  });
  const absl::Status status =
      recordings_.DownloadMedia(RequestFor(calls), download, download.unneeded());
  download.EndAll(status);
}

// An upload was stored and checked before it became a call. The calls of one content share it:
// behind its digest a further one has a number.
RecordingFetcher::Recording RecordingFetcher::FindUpload(const CallInHand& call) {
  const std::string& source_id = call.record.source_call_id();
  const std::string sha256 = absl::HexStringToBytes(source_id.substr(0, source_id.find('#')));
  ASSIGN_OR_RETURN(auto recording, store_.FindUpload(call.workspace_id, sha256));
  if (!recording || !objects_.Exists(recording->object_key)) return std::nullopt;
  return recording;
}

}  // namespace callimport::media_pipeline
