#include "services/adapter-gateway/api/call_catalog_service.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/log.h"
#include "services/adapter-gateway/api/import_terms.h"
#include "services/adapter-gateway/api/request_checks.h"
#include "services/adapter-gateway/api/rpc_patience.h"
#include "services/adapter-gateway/platforms/kept_records.h"

namespace callimport::adapter_gateway {
namespace {

constexpr size_t kMaxCursorBytes = 4096;

RequestCheck CheckFilter(const common::v1::CallFilter& filter, Timestamp now) {
  const Period period = ToPeriod(filter, now);
  return RequestCheck().Require(period.start < period.end, "filter.end_time",
                                "must be after start_time");
}

RequestCheck CheckList(const v1::ListCallsRequest& request, Timestamp now) {
  return CheckFilter(request.filter(), now)
      .Require(request.filter().has_start_time(), "filter.start_time", "must be set")
      .Require(request.filter().has_end_time(), "filter.end_time", "must be set")
      .Require(request.cursor().size() <= kMaxCursorBytes, "cursor", "is too long")
      .Require(request.limit() >= 0, "limit", "must not be negative");
}

// The same question was answered without the cursor, so it is the cursor that the vendor refuses.
absl::Status JudgePage(const absl::Status& status, const std::string& cursor) {
  if (cursor.empty() || ReasonOf(status) != "VENDOR_REFUSED") return status;
  return Error(absl::StatusCode::kOutOfRange, "CURSOR_EXPIRED",
               "the cursor is not accepted any more: " + std::string(status.message()));
}

}  // namespace

grpc::Status CallCatalogService::CountCalls(grpc::ServerContext* context,
                                            const v1::CountCallsRequest* request,
                                            v1::CountCallsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Count(*context, *request); });
}

grpc::Status CallCatalogService::ListCalls(grpc::ServerContext* context,
                                           const v1::ListCallsRequest* request,
                                           grpc::ServerWriter<v1::ListCallsResponse>* writer) {
  return rpc::AnswerWith(*context, *request,
                         [&](const rpc::Caller&) { return List(*context, *request, *writer); });
}

absl::StatusOr<v1::CountCallsResponse> CallCatalogService::Count(
    const grpc::ServerContext& context, const v1::CountCallsRequest& request) {
  const Timestamp now = line_.clock.Now();
  RETURN_IF_ERROR(CheckCredentialRequest(request.workspace_id(), request.credential_id(),
                                         CheckFilter(request.filter(), now)));
  ASSIGN_OR_RETURN(const VendorAccount account,
                   accounts_.Open(request.workspace_id(), request.credential_id()));
  RETURN_IF_ERROR(CheckAttributes(request.filter(), account.platform->descriptor));
  VendorSession session = account.Session(line_, InteractivePatience(context, line_.clock));
  auto count = account.adapter().CountCalls(session, ToPeriod(request.filter(), now));
  accounts_.Learn(request.workspace_id(), request.credential_id(), count.status());
  RETURN_IF_ERROR(count.status());
  const auto platform = account.platform->live.Now();
  count->set_platform(platform->platform());
  *count->mutable_terms() = ImportTermsOf(*platform, account.adapter().Costs(), count->calls());
  log::Info("calls were counted", {{"platform", count->platform()}, {"calls", count->calls()}});
  return count;
}

absl::Status CallCatalogService::List(const grpc::ServerContext& context,
                                      const v1::ListCallsRequest& request,
                                      grpc::ServerWriter<v1::ListCallsResponse>& writer) {
  RETURN_IF_ERROR(CheckCredentialRequest(request.workspace_id(), request.credential_id(),
                                         CheckList(request, line_.clock.Now())));
  const auto witness = witness_ ? witness_(request) : nullptr;
  PagePrefetcher pages(PagesOf(context, request), request.cursor());
  int64_t listed = 0;
  while (auto page = pages.Next()) {
    if (!page->ok()) return page->status();
    listed += (*page)->calls_size();
    if (witness) witness->OnPage(**page);
    if (!writer.Write(**page)) return absl::CancelledError("the reader left");
    if (request.limit() > 0 && listed >= request.limit()) break;
  }
  return absl::OkStatus();
}

// A listing may take hours, so every page has patience and a lease of its own.
PagePrefetcher::FetchPage CallCatalogService::PagesOf(const grpc::ServerContext& context,
                                                      const v1::ListCallsRequest& request) {
  return [&](const std::string& cursor) -> absl::StatusOr<v1::ListCallsResponse> {
    ASSIGN_OR_RETURN(const VendorAccount account,
                     accounts_.Open(request.workspace_id(), request.credential_id()));
    RETURN_IF_ERROR(CheckAttributes(request.filter(), account.platform->descriptor));
    VendorSession session =
        account.Session(line_, PatienceOf(context, line_.clock, request.work_class()));
    auto page = account.adapter().ListCalls(session, ToPeriod(request.filter(), {}), cursor);
    accounts_.Learn(request.workspace_id(), request.credential_id(), page.status());
    RETURN_IF_ERROR(JudgePage(page.status(), cursor));
    SetMappingRevision(account.access->platform, *page);
    if (set_aside_) RETURN_IF_ERROR(set_aside_(request, account.access->platform, *page));
    return page;
  };
}

}  // namespace callimport::adapter_gateway
