#include "services/credential-manager/api/audit_service.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/log.h"

namespace callimport::credential_manager {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;

// A token is the sequence of the last entry shown; 0 for the first page.
std::optional<int64_t> ReadToken(const std::string& token) {
  if (token.empty()) return 0;
  int64_t sequence = 0;
  const char* const end = token.data() + token.size();
  const auto [stopped, error] = std::from_chars(token.data(), end, sequence);
  if (error != std::errc() || stopped != end || sequence <= 0) return std::nullopt;
  return sequence;
}

// PostgreSQL's text cannot hold a zero byte.
absl::Status Check(const rpc::Caller& caller, const v1::ListAuditRequest& request) {
  const bool all_workspaces = request.workspace_id().empty() && caller.kind == "auditor";
  return RequestCheck()
      .Require(all_workspaces || IsWorkspaceId(request.workspace_id()), "workspace_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'; only auditors may leave it out")
      .Require(request.credential_id().size() <= 64, "credential_id", "must be at most 64 bytes")
      .Require(request.action().size() <= 64, "action", "must be at most 64 bytes")
      .Require(v1::ListAuditRequest::Order_IsValid(request.order()), "order", "is unknown")
      .Require(request.page().page_size() >= 0, "page.page_size", "must not be negative")
      .Require(ReadToken(request.page().page_token()).has_value(), "page.page_token",
               "must be a next_page_token")
      .Verdict();
}

audit::Filter FilterOf(const v1::ListAuditRequest& request) {
  audit::Filter filter{.workspace_id = request.workspace_id(),
                       .object_id = request.credential_id(),
                       .action = request.action()};
  if (request.has_from_time()) filter.from = callimport::FromProto(request.from_time());
  if (request.has_until_time()) filter.until = callimport::FromProto(request.until_time());
  return filter;
}

v1::AuditEntry ToProto(const audit::Record& record) {
  v1::AuditEntry entry;
  entry.set_sequence(record.sequence);
  *entry.mutable_time() = callimport::ToProto(record.written_at);
  entry.set_workspace_id(record.entry.workspace_id);
  entry.set_credential_id(record.entry.object_id);
  entry.set_action(record.entry.action);
  entry.set_actor(record.entry.actor);
  entry.set_correlation_id(record.entry.correlation_id);
  entry.set_detail(record.entry.detail);
  entry.set_before_digest(crypto::ToHex(record.entry.before_digest));
  entry.set_after_digest(crypto::ToHex(record.entry.after_digest));
  entry.set_hash(crypto::ToHex(record.hash));
  return entry;
}

v1::AuditVerdict::Finding FindingOf(audit::Problem::Kind kind) {
  switch (kind) {
    case audit::Problem::Kind::kEdited:
      return v1::AuditVerdict::FINDING_EDITED;
    case audit::Problem::Kind::kDeleted:
      return v1::AuditVerdict::FINDING_DELETED;
    case audit::Problem::Kind::kReordered:
      return v1::AuditVerdict::FINDING_REORDERED;
    case audit::Problem::Kind::kCutOff:
      return v1::AuditVerdict::FINDING_CUT_OFF;
    case audit::Problem::Kind::kRewritten:
      return v1::AuditVerdict::FINDING_REWRITTEN;
    case audit::Problem::Kind::kForgedAnchor:
      return v1::AuditVerdict::FINDING_FORGED_ANCHOR;
  }
  return v1::AuditVerdict::FINDING_UNSPECIFIED;
}

v1::AuditVerdict ToProto(const audit::Verdict& verdict) {
  v1::AuditVerdict proto;
  proto.set_finding(v1::AuditVerdict::FINDING_OK);
  if (verdict.problem) {
    proto.set_finding(FindingOf(verdict.problem->kind));
    proto.set_first_bad_sequence(verdict.problem->sequence);
    proto.set_text(verdict.problem->text);
  }
  proto.set_entries_checked(verdict.records_checked);
  proto.set_anchors_checked(verdict.anchors_checked);
  proto.set_unreadable_anchors(verdict.unreadable_anchors);
  if (verdict.newest_anchor) {
    proto.set_anchored_sequence(verdict.newest_anchor->head.sequence);
    *proto.mutable_anchor_time() = callimport::ToProto(verdict.newest_anchor->anchored_at);
  }
  return proto;
}

}  // namespace

AuditService::AuditService(AuditStore& store) : store_(store) {}

grpc::Status AuditService::VerifyAudit(grpc::ServerContext* context, const v1::VerifyAuditRequest*,
                                       grpc::ServerWriter<v1::VerifyAuditResponse>* writer) {
  return rpc::AnswerWith(*context, [&](const rpc::Caller&) { return Verify(*context, *writer); });
}

grpc::Status AuditService::ListAudit(grpc::ServerContext* context,
                                     const v1::ListAuditRequest* request,
                                     v1::ListAuditResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return List(caller, *request); });
}

absl::Status AuditService::Verify(const grpc::ServerContext& context,
                                  grpc::ServerWriter<v1::VerifyAuditResponse>& writer) {
  const std::unique_lock one(verifying_, std::try_to_lock);
  if (!one) {
    return Error(absl::StatusCode::kResourceExhausted, "AUDIT_BUSY",
                 "the audit log is being verified already");
  }
  v1::VerifyAuditResponse message;
  ASSIGN_OR_RETURN(const audit::Verdict verdict, store_.Verify([&](int64_t checked, int64_t of) {
    message.set_checked(checked);
    message.set_total(of);
    if (context.IsCancelled() || !writer.Write(message)) return absl::CancelledError();
    return absl::OkStatus();
  }));
  if (verdict.problem) {
    log::Error("the audit log is not as it was written",
               {{"finding", audit::NameOf(verdict.problem->kind)},
                {"sequence", verdict.problem->sequence},
                {"text", verdict.problem->text}});
  }
  *message.mutable_verdict() = ToProto(verdict);
  writer.Write(message);
  return absl::OkStatus();
}

absl::StatusOr<v1::ListAuditResponse> AuditService::List(const rpc::Caller& caller,
                                                         const v1::ListAuditRequest& request) {
  RETURN_IF_ERROR(Check(caller, request));
  const int asked = request.page().page_size();
  const int size = asked == 0 ? kDefaultPageSize : std::min(asked, kMaxPageSize);
  const auto order = request.order() == v1::ListAuditRequest::ORDER_OLDEST_FIRST
                         ? audit::Order::kOldestFirst
                         : audit::Order::kNewestFirst;
  // One more than asked for tells whether there is a next page.
  ASSIGN_OR_RETURN(
      const auto records,
      store_.List(FilterOf(request), order, *ReadToken(request.page().page_token()), size + 1));
  v1::ListAuditResponse response;
  for (const audit::Record& record : records) {
    if (response.entries_size() == size) {
      response.set_next_page_token(std::to_string(response.entries(size - 1).sequence()));
      break;
    }
    *response.add_entries() = ToProto(record);
  }
  return response;
}

}  // namespace callimport::credential_manager
