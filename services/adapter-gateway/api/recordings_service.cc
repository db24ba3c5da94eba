#include "services/adapter-gateway/api/recordings_service.h"

#include <set>
#include <utility>

#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/log.h"
#include "services/adapter-gateway/api/media_writer.h"
#include "services/adapter-gateway/api/request_checks.h"
#include "services/adapter-gateway/api/rpc_patience.h"
#include "services/adapter-gateway/platforms/records.h"

namespace callimport::adapter_gateway {
namespace {

bool IsSourceCallId(const std::string& id) { return !id.empty() && id.size() <= kMaxIdBytes; }

RequestCheck CheckIds(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  RequestCheck check;
  check.Require(!ids.empty() && ids.size() <= PlatformAdapter::kMaxBatch, "source_call_ids",
                "must be 1 to 100");
  std::set<std::string> seen;
  for (const std::string& id : ids) {
    check.Require(IsSourceCallId(id), "source_call_ids", "must have 1 to 4096 bytes each");
    check.Require(seen.insert(id).second, "source_call_ids", "must not repeat");
  }
  return check;
}

}  // namespace

grpc::Status RecordingsService::DownloadMedia(
    grpc::ServerContext* context, const v1::DownloadMediaRequest* request,
    grpc::ServerWriter<v1::DownloadMediaResponse>* writer) {
  return rpc::AnswerWith(*context, *request,
                         [&](const rpc::Caller&) { return Download(*context, *request, *writer); });
}

grpc::Status RecordingsService::GetTranscripts(grpc::ServerContext* context,
                                               const v1::GetTranscriptsRequest* request,
                                               v1::GetTranscriptsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Transcripts(*context, *request); });
}

absl::Status RecordingsService::Download(const grpc::ServerContext& context,
                                         const v1::DownloadMediaRequest& request,
                                         grpc::ServerWriter<v1::DownloadMediaResponse>& stream) {
  RETURN_IF_ERROR(CheckCredentialRequest(request.workspace_id(), request.credential_id(),
                                         CheckIds(request.source_call_ids())));
  ASSIGN_OR_RETURN(const VendorAccount account,
                   accounts_.Open(request.workspace_id(), request.credential_id()));
  MediaWriter writer(stream, [&](size_t index, const absl::Status& status) {
    accounts_.Learn(request.workspace_id(), request.credential_id(), status);
    if (!status.ok()) return;
    log::Info("a recording was sent",
              {{"source_call_id", request.source_call_ids(static_cast<int>(index))}});
  });
  return media_.Fetch(account, {request.source_call_ids().begin(), request.source_call_ids().end()},
                      PatienceOf(context, line_.clock, request.work_class()), writer);
}

absl::StatusOr<v1::GetTranscriptsResponse> RecordingsService::Transcripts(
    const grpc::ServerContext& context, const v1::GetTranscriptsRequest& request) {
  RETURN_IF_ERROR(CheckCredentialRequest(request.workspace_id(), request.credential_id(),
                                         CheckIds(request.source_call_ids())));
  ASSIGN_OR_RETURN(const VendorAccount account,
                   accounts_.Open(request.workspace_id(), request.credential_id()));
  VendorSession session =
      account.Session(line_, PatienceOf(context, line_.clock, request.work_class()));
  auto found = account.adapter().FetchTranscripts(
      session, {request.source_call_ids().begin(), request.source_call_ids().end()});
  accounts_.Learn(request.workspace_id(), request.credential_id(), found.status());
  RETURN_IF_ERROR(found.status());
  log::Info("transcripts were fetched",
            {{"asked", request.source_call_ids_size()}, {"found", found->size()}});
  Normalize(*found);
  v1::GetTranscriptsResponse response;
  for (v1::SourceTranscript& transcript : *found) {
    *response.add_transcripts() = std::move(transcript);
  }
  return response;
}

}  // namespace callimport::adapter_gateway
