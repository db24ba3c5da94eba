#include "services/adapter-gateway/api/records_service.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "services/adapter-gateway/api/request_checks.h"
#include "services/adapter-gateway/platforms/kept_records.h"

namespace callimport::adapter_gateway {
namespace {

constexpr int kDefaultPage = 50;
constexpr int kMaxPage = 500;
constexpr int kMaxReleased = 1'000;
constexpr int kMaxMapped = 500;
constexpr size_t kMaxPlatformBytes = 64;
constexpr size_t kMaxCredentialBytes = 64;

RequestCheck CheckWorkspace(const std::string& workspace_id) {
  return RequestCheck().Require(IsWorkspaceId(workspace_id), "workspace_id",
                                "must be 1 to 64 of letters, digits, '-', '_' and '.'");
}

bool IsPageToken(const std::string& token) { return token.empty() || IsUuid(token); }

v1::QuarantinedRecord ToMessage(const UnreadableRecord& record) {
  v1::QuarantinedRecord message;
  message.set_record_id(record.record_id);
  message.set_workspace_id(record.source.workspace_id);
  message.set_credential_id(record.source.credential_id);
  message.set_platform(record.source.platform);
  message.set_source_call_id(record.source_call_id);
  message.set_reason(record.reason);
  message.set_size_bytes(record.raw_bytes);
  *message.mutable_first_seen_time() = ToProto(record.first_seen);
  *message.mutable_last_seen_time() = ToProto(record.last_seen);
  return message;
}

// The members by the names that they were imported with.
People PeopleOf(const common::v1::CallRecord& record) {
  People people;
  for (const common::v1::Participant& participant : record.participants()) {
    if (!participant.speaker_id().empty()) people[participant.speaker_id()] = participant;
  }
  return people;
}

// As nothing, where it would be another record than before.
v1::MappedRecord ReadAnew(const std::string& platform, const common::v1::CallRecord& known) {
  v1::ListCallsResponse page =
      ReadKept(platform, known.source_metadata(), known.kind(), PeopleOf(known));
  SetMappingRevision(platform, page);
  v1::MappedRecord mapped;
  for (common::v1::CallRecord& call : *page.mutable_calls()) {
    if (call.source_call_id() != known.source_call_id()) continue;
    call.clear_source_metadata();
    *mapped.mutable_call() = std::move(call);
    break;
  }
  return mapped;
}

}  // namespace

grpc::Status RecordsService::ListQuarantined(grpc::ServerContext* context,
                                             const v1::ListQuarantinedRequest* request,
                                             v1::ListQuarantinedResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return List(*request); });
}

grpc::Status RecordsService::GetRawRecord(grpc::ServerContext* context,
                                          const v1::GetRawRecordRequest* request,
                                          v1::GetRawRecordResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Show(caller, *request); });
}

grpc::Status RecordsService::Remap(grpc::ServerContext* context, const v1::RemapRequest* request,
                                   v1::RemapResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return ReadAgain(*request); });
}

grpc::Status RecordsService::MapRecords(grpc::ServerContext* context,
                                        const v1::MapRecordsRequest* request,
                                        v1::MapRecordsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Map(*request); });
}

grpc::Status RecordsService::ReleaseRecords(grpc::ServerContext* context,
                                            const v1::ReleaseRecordsRequest* request,
                                            v1::ReleaseRecordsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Release(*request); });
}

absl::StatusOr<v1::ListQuarantinedResponse> RecordsService::List(
    const v1::ListQuarantinedRequest& request) {
  const auto& page = request.page();
  RETURN_IF_ERROR(
      CheckWorkspace(request.workspace_id())
          .Require(request.credential_id().size() <= kMaxCredentialBytes &&
                       request.credential_id().find('\0') == std::string::npos,
                   "credential_id", "must be the id of a credential or empty")
          .Require(page.page_size() >= 0, "page.page_size", "must not be negative")
          .Require(IsPageToken(page.page_token()), "page.page_token", "is not one of ours")
          .Verdict());
  const int size = page.page_size() == 0 ? kDefaultPage : std::min(page.page_size(), kMaxPage);
  ASSIGN_OR_RETURN(const auto records, store_.List({.workspace_id = request.workspace_id(),
                                                    .credential_id = request.credential_id(),
                                                    .before_record_id = page.page_token(),
                                                    .limit = size}));
  v1::ListQuarantinedResponse response;
  for (const UnreadableRecord& record : records) *response.add_records() = ToMessage(record);
  if (static_cast<int>(records.size()) == size) {
    response.set_next_page_token(records.back().record_id);
  }
  return response;
}

absl::StatusOr<v1::GetRawRecordResponse> RecordsService::Show(
    const rpc::Caller& caller, const v1::GetRawRecordRequest& request) {
  RETURN_IF_ERROR(CheckWorkspace(request.workspace_id())
                      .Require(IsUuid(request.record_id()), "record_id", "must be a UUID")
                      .Verdict());
  ASSIGN_OR_RETURN(
      UnreadableRecord record,
      store_.Show(request.workspace_id(), request.record_id(),
                  {.name = caller.Identity(), .correlation_id = CurrentCorrelationId()}));
  v1::GetRawRecordResponse response;
  *response.mutable_record() = ToMessage(record);
  response.set_raw(std::move(record.raw));
  return response;
}

absl::StatusOr<v1::RemapResponse> RecordsService::ReadAgain(const v1::RemapRequest& request) {
  RETURN_IF_ERROR(
      CheckCredentialRequest(request.workspace_id(), request.credential_id(),
                             RequestCheck().Require(IsPageToken(request.page_token()), "page_token",
                                                    "is not one of ours")));
  return quarantine_.Remap({.workspace_id = request.workspace_id(),
                            .credential_id = request.credential_id(),
                            .platform = ""},
                           request.page_token());
}

absl::StatusOr<v1::MapRecordsResponse> RecordsService::Map(const v1::MapRecordsRequest& request) {
  RETURN_IF_ERROR(
      RequestCheck()
          .Require(!request.platform().empty() && request.platform().size() <= kMaxPlatformBytes,
                   "platform", "must be 1 to 64 characters")
          .Require(request.records_size() <= kMaxMapped, "records", "must be at most 500")
          .Verdict());
  v1::MapRecordsResponse response;
  response.mutable_records()->Reserve(request.records_size());
  for (const common::v1::CallRecord& record : request.records()) {
    *response.add_records() = ReadAnew(request.platform(), record);
  }
  return response;
}

absl::StatusOr<v1::ReleaseRecordsResponse> RecordsService::Release(
    const v1::ReleaseRecordsRequest& request) {
  const auto& ids = request.record_ids();
  RETURN_IF_ERROR(
      CheckWorkspace(request.workspace_id())
          .Require(ids.size() <= kMaxReleased, "record_ids", "must be at most 1,000")
          .Require(std::all_of(ids.begin(), ids.end(), IsUuid), "record_ids", "must be UUIDs")
          .Verdict());
  ASSIGN_OR_RETURN(const int64_t released,
                   store_.Release(request.workspace_id(), {ids.begin(), ids.end()}));
  v1::ReleaseRecordsResponse response;
  response.set_released(static_cast<int32_t>(released));
  return response;
}

}  // namespace callimport::adapter_gateway
