#include "services/media-pipeline/api/engagements_service.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "libs/clients/adapter_gateway/reread.h"
#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "services/media-pipeline/api/engagement_message.h"
#include "services/media-pipeline/api/page_token.h"
#include "services/media-pipeline/api/search_hit.h"

namespace callimport::media_pipeline {
namespace {

constexpr int64_t kReadBytes = 256 * 1024;
constexpr size_t kMaxQueryCharacters = 500;
constexpr size_t kMaxPlatformBytes = 64;

size_t Characters(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

RequestCheck CheckWorkspaceId(const std::string& workspace_id) {
  RequestCheck check;
  check.Require(IsWorkspaceId(workspace_id), "workspace_id",
                "must be 1 to 64 letters, digits, '-', '_' or '.'");
  return check;
}

bool IsPlatform(const std::string& name) {
  return !name.empty() && name.size() <= kMaxPlatformBytes && name.find('\0') == std::string::npos;
}

// A place in the list; its times are microseconds since 1970.
std::string TokenOf(const ListPosition& last, const std::vector<std::string>& asked) {
  const auto since =
      std::chrono::duration_cast<std::chrono::microseconds>(last.happened_at.time_since_epoch());
  return MakePageToken(asked, {std::to_string(since.count()), last.engagement_id});
}

absl::StatusOr<std::optional<ListPosition>> PositionOf(const std::string& token,
                                                       const std::vector<std::string>& asked) {
  ASSIGN_OR_RETURN(const std::vector<std::string> parts, ReadPageToken(token, asked, 2));
  int64_t microseconds = 0;
  if (parts.empty() || !absl::SimpleAtoi(parts[0], &microseconds)) return std::nullopt;
  return ListPosition{Timestamp(std::chrono::microseconds(microseconds)), parts[1]};
}

absl::StatusOr<int64_t> OffsetOf(const std::string& token, const std::vector<std::string>& asked) {
  ASSIGN_OR_RETURN(const std::vector<std::string> parts, ReadPageToken(token, asked, 1));
  int64_t offset = 0;
  if (!parts.empty()) (void)absl::SimpleAtoi(parts[0], &offset);
  return offset;
}

}  // namespace

grpc::Status EngagementsService::GetEngagement(grpc::ServerContext* context,
                                               const v1::GetEngagementRequest* request,
                                               v1::GetEngagementResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Get(*request); });
}

grpc::Status EngagementsService::ListEngagements(grpc::ServerContext* context,
                                                 const v1::ListEngagementsRequest* request,
                                                 v1::ListEngagementsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return List(*request); });
}

grpc::Status EngagementsService::SearchEngagements(grpc::ServerContext* context,
                                                   const v1::SearchEngagementsRequest* request,
                                                   v1::SearchEngagementsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Search(*request); });
}

grpc::Status EngagementsService::RemapEngagements(grpc::ServerContext* context,
                                                  const v1::RemapEngagementsRequest* request,
                                                  v1::RemapEngagementsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Remap(*request); });
}

grpc::Status EngagementsService::ReadRecording(
    grpc::ServerContext* context, const v1::ReadRecordingRequest* request,
    grpc::ServerWriter<v1::ReadRecordingResponse>* writer) {
  return rpc::AnswerWith(*context, *request,
                         [&](const rpc::Caller&) { return Read(*request, *writer); });
}

absl::StatusOr<v1::GetEngagementResponse> EngagementsService::Get(
    const v1::GetEngagementRequest& request) {
  RETURN_IF_ERROR(CheckWorkspaceId(request.workspace_id())
                      .Require(!request.engagement_id().empty(), "engagement_id", "is empty")
                      .Verdict());
  ASSIGN_OR_RETURN(EngagementStore::WithTexts found,
                   store_.GetWithTexts(request.workspace_id(), request.engagement_id()));
  v1::GetEngagementResponse response;
  *response.mutable_engagement() = ToMessage(found.engagement);
  if (found.texts.transcript) *response.mutable_transcript() = *std::move(found.texts.transcript);
  response.set_original_transcript(std::move(found.texts.original_transcript));
  response.set_source_metadata(std::move(found.texts.source_metadata));
  return response;
}

absl::StatusOr<v1::ListEngagementsResponse> EngagementsService::List(
    const v1::ListEngagementsRequest& request) {
  RETURN_IF_ERROR(CheckWorkspaceId(request.workspace_id()).Verdict());
  ASSIGN_OR_RETURN(const int size, PageSize(request.page()));
  const std::vector<std::string> asked = {"list", request.workspace_id(),
                                          request.import_batch_id()};
  ASSIGN_OR_RETURN(const auto after, PositionOf(request.page().page_token(), asked));

  // One more tells whether there is another page.
  ASSIGN_OR_RETURN(std::vector<Engagement> engagements,
                   store_.List(request.workspace_id(), request.import_batch_id(), after, size + 1));
  v1::ListEngagementsResponse response;
  if (engagements.size() > static_cast<size_t>(size)) {
    engagements.pop_back();
    response.set_next_page_token(
        TokenOf({engagements.back().happened_at, engagements.back().engagement_id}, asked));
  }
  for (const Engagement& engagement : engagements) {
    *response.add_engagements() = ToMessage(engagement);
  }
  return response;
}

absl::StatusOr<v1::SearchEngagementsResponse> EngagementsService::Search(
    const v1::SearchEngagementsRequest& request) {
  const size_t characters = Characters(request.query());
  const bool has_nul = request.query().find('\0') != std::string::npos;
  RETURN_IF_ERROR(CheckWorkspaceId(request.workspace_id())
                      .Require(characters >= 1 && characters <= kMaxQueryCharacters && !has_nul,
                               "query", "must be 1 to 500 characters")
                      .Verdict());
  ASSIGN_OR_RETURN(const int size, PageSize(request.page()));
  const std::vector<std::string> asked = {"search", request.workspace_id(), request.query()};
  ASSIGN_OR_RETURN(const int64_t offset, OffsetOf(request.page().page_token(), asked));

  ASSIGN_OR_RETURN(EngagementStore::SearchResult result,
                   store_.Search(request.workspace_id(), request.query(), size + 1, offset));
  v1::SearchEngagementsResponse response;
  if (result.found.size() > static_cast<size_t>(size)) {
    result.found.pop_back();
    response.set_next_page_token(MakePageToken(asked, {std::to_string(offset + size)}));
  }
  const std::vector<QueryTerm> terms = ParseQueryTerms(result.positive_query);
  for (const EngagementStore::Found& found : result.found) {
    ASSIGN_OR_RETURN(*response.add_hits(), MakeSearchHit(lexicon_, found, terms));
  }
  return response;
}

absl::StatusOr<v1::RemapEngagementsResponse> EngagementsService::Remap(
    const v1::RemapEngagementsRequest& request) {
  RequestCheck check = CheckWorkspaceId(request.workspace_id());
  check.Require(IsPlatform(request.import_source()), "import_source", "must be a platform's name");
  adapter_gateway::CheckCallRange(request, check);
  RETURN_IF_ERROR(check.Verdict());
  RemapOrder order{.workspace_id = request.workspace_id(),
                   .import_source = request.import_source(),
                   .start = std::nullopt,
                   .end = std::nullopt};
  if (request.has_start_time()) order.start = FromProto(request.start_time());
  if (request.has_end_time()) order.end = FromProto(request.end_time());
  const std::vector<std::string> asked = {"remap", order.workspace_id, order.import_source};
  ASSIGN_OR_RETURN(const auto after, PositionOf(request.page_token(), asked));
  ASSIGN_OR_RETURN(RemappedPage page, remapper_.Remap(order, after, request.dry_run()));
  v1::RemapEngagementsResponse response;
  *response.mutable_tally() = std::move(page.tally);
  if (page.end) response.set_next_page_token(TokenOf(*page.end, asked));
  return response;
}

absl::Status EngagementsService::Read(const v1::ReadRecordingRequest& request,
                                      grpc::ServerWriter<v1::ReadRecordingResponse>& writer) {
  RETURN_IF_ERROR(CheckWorkspaceId(request.workspace_id())
                      .Require(!request.engagement_id().empty(), "engagement_id", "is empty")
                      .Require(request.offset() >= 0, "offset", "must not be negative")
                      .Require(request.length() >= 0, "length", "must not be negative")
                      .Verdict());
  ASSIGN_OR_RETURN(const Engagement engagement,
                   store_.Get(request.workspace_id(), request.engagement_id()));
  if (!engagement.recording) {
    return Error(absl::StatusCode::kNotFound, "RECORDING_MISSING",
                 "this engagement has no recording");
  }
  const int64_t size = engagement.recording->size_bytes;
  const int64_t begin = std::min(request.offset(), size);
  const int64_t end =
      request.length() == 0 ? size : begin + std::min(request.length(), size - begin);
  for (int64_t at = begin; at < end;) {
    v1::ReadRecordingResponse part;
    ASSIGN_OR_RETURN(*part.mutable_data(), objects_.Read(engagement.recording->object_key, at,
                                                         std::min(kReadBytes, end - at)));
    if (part.data().empty()) {
      return Error(absl::StatusCode::kDataLoss, "RECORDING_DAMAGED",
                   "the stored recording is shorter than it was");
    }
    at += static_cast<int64_t>(part.data().size());
    if (!writer.Write(part)) return absl::CancelledError("the reader left");
  }
  return absl::OkStatus();
}

}  // namespace callimport::media_pipeline
