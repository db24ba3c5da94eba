#include "services/adapter-gateway/api/webhook_inbox_service.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "services/adapter-gateway/api/request_checks.h"
#include "services/adapter-gateway/api/rpc_patience.h"
#include "services/adapter-gateway/api/webhook_messages.h"

namespace callimport::adapter_gateway {
namespace {

constexpr int kEventsPerMessage = 500;
constexpr int kDefaultPage = 50;
constexpr int kMaxPage = 500;
constexpr size_t kMaxSecretBytes = 8'192;
constexpr size_t kMaxReasonBytes = 500;

WebhookActor ActorOf(const rpc::Caller& caller) {
  return {.name = caller.Identity(), .correlation_id = CurrentCorrelationId()};
}

}  // namespace

WebhookInboxService::WebhookInboxService(WebhookStore& store, WebhookSubscriber& subscriber,
                                         feed::FeedSignal& appended, const Clock& clock)
    : store_(store),
      subscriber_(subscriber),
      appended_(appended),
      clock_(clock),
      streams_({.read = [this](int64_t after) { return ReadPage(after); },
                .newest = [this] { return store_.NewestRevision(); }},
               appended) {}

grpc::ServerWriteReactor<v1::WatchWebhooksResponse>* WebhookInboxService::WatchWebhooks(
    grpc::CallbackServerContext* context, const v1::WatchWebhooksRequest* request) {
  auto* stream = streams_.Open();  // deletes itself
  const grpc::Status begun =
      rpc::AnswerWith(*context, *request, [&](const rpc::Caller& caller) -> absl::Status {
        RETURN_IF_ERROR(
            RequestCheck()
                .Require(request->after_revision() >= 0, "after_revision", "must not be negative")
                .Verdict());
        const auto after =
            request->from_newest() ? std::nullopt : std::optional(request->after_revision());
        return streams_.Follow(stream, caller, after);
      });
  if (!begun.ok()) stream->Close(begun);
  return stream;
}

grpc::Status WebhookInboxService::SetWebhookHold(grpc::ServerContext* context,
                                                 const v1::SetWebhookHoldRequest* request,
                                                 v1::SetWebhookHoldResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return SetHold(caller, *request); });
}

grpc::Status WebhookInboxService::ReplayWebhooks(grpc::ServerContext* context,
                                                 const v1::ReplayWebhooksRequest* request,
                                                 v1::ReplayWebhooksResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Replay(caller, *request); });
}

grpc::Status WebhookInboxService::ListWebhooks(grpc::ServerContext* context,
                                               const v1::ListWebhooksRequest* request,
                                               v1::ListWebhooksResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return List(*request); });
}

grpc::Status WebhookInboxService::ListSubscriptions(grpc::ServerContext* context,
                                                    const v1::ListSubscriptionsRequest* request,
                                                    v1::ListSubscriptionsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Subscriptions(*request); });
}

grpc::Status WebhookInboxService::Subscribe(grpc::ServerContext* context,
                                            const v1::SubscribeRequest* request,
                                            v1::SubscribeResponse* response) {
  return rpc::Answer(*context, *request, response, [&](const rpc::Caller& caller) {
    return SubscribeFor(*context, caller, *request);
  });
}

absl::StatusOr<WebhookInboxService::Streams::Page> WebhookInboxService::ReadPage(int64_t after) {
  ASSIGN_OR_RETURN(const auto announcements, store_.ReadAfter(after, kEventsPerMessage));
  Streams::Page page{.message = {}, .revision = after, .empty = announcements.empty()};
  for (const WebhookStore::Announcement& announcement : announcements) {
    page.revision = announcement.revision;
    AddEvent(announcement, page.message);
  }
  page.message.set_revision(page.revision);
  return page;
}

absl::StatusOr<v1::SetWebhookHoldResponse> WebhookInboxService::SetHold(
    const rpc::Caller& caller, const v1::SetWebhookHoldRequest& request) {
  RETURN_IF_ERROR(CheckCredentialRequest(
      request.workspace_id(), request.credential_id(),
      RequestCheck().Require(request.reason().size() <= kMaxReasonBytes, "reason",
                             "must not be longer than 500 bytes")));
  const WebhookSource account{.workspace_id = request.workspace_id(),
                              .credential_id = request.credential_id(),
                              .platform = ""};
  const auto held = request.hold() ? store_.Hold(account, request.reason(), ActorOf(caller))
                                   : store_.LetGo(account, request.reason(), ActorOf(caller));
  RETURN_IF_ERROR(held.status());
  if (!request.hold()) appended_.Raise();
  v1::SetWebhookHoldResponse response;
  response.set_deliveries(*held);
  return response;
}

absl::StatusOr<v1::ReplayWebhooksResponse> WebhookInboxService::Replay(
    const rpc::Caller& caller, const v1::ReplayWebhooksRequest& request) {
  RequestCheck check = CheckSelection(request.selection());
  for (const int verdict : request.selection().verdicts()) {
    check.Require(verdict == v1::WEBHOOK_VERDICT_ACCEPTED ||
                      verdict == v1::WEBHOOK_VERDICT_DUPLICATE ||
                      verdict == v1::WEBHOOK_VERDICT_IGNORED,
                  "selection.verdicts", "only what was verified and is not held can be replayed");
  }
  RETURN_IF_ERROR(check.Verdict());
  WebhookSelection selection = ToSelection(request.selection());
  if (selection.verdicts.empty()) selection.verdicts = {WebhookVerdict::kAccepted};
  ASSIGN_OR_RETURN(const int64_t deliveries, request.dry_run()
                                                 ? store_.CountReplayable(selection)
                                                 : store_.Replay(selection, ActorOf(caller)));
  if (!request.dry_run()) appended_.Raise();
  v1::ReplayWebhooksResponse response;
  response.set_deliveries(deliveries);
  return response;
}

absl::StatusOr<v1::ListWebhooksResponse> WebhookInboxService::List(
    const v1::ListWebhooksRequest& request) {
  const auto& page = request.page();
  RETURN_IF_ERROR(CheckSelection(request.selection())
                      .Require(page.page_size() >= 0, "page.page_size", "must not be negative")
                      .Require(page.page_token().empty() || IsUuid(page.page_token()),
                               "page.page_token", "is not one of ours")
                      .Verdict());
  const int size = page.page_size() == 0 ? kDefaultPage : std::min(page.page_size(), kMaxPage);
  ASSIGN_OR_RETURN(const std::vector<WebhookReceipt> receipts,
                   store_.List(ToSelection(request.selection()), page.page_token(), size));
  v1::ListWebhooksResponse response;
  for (const WebhookReceipt& receipt : receipts) *response.add_webhooks() = ToMessage(receipt);
  if (static_cast<int>(receipts.size()) == size) {
    response.set_next_page_token(receipts.back().webhook_id);
  }
  return response;
}

absl::StatusOr<v1::ListSubscriptionsResponse> WebhookInboxService::Subscriptions(
    const v1::ListSubscriptionsRequest& request) {
  RETURN_IF_ERROR(RequestCheck()
                      .Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
                               "must be 1 to 64 of letters, digits, '-', '_' and '.'")
                      .Verdict());
  ASSIGN_OR_RETURN(const auto views, subscriber_.List(request.workspace_id()));
  v1::ListSubscriptionsResponse response;
  for (const auto& view : views) *response.add_subscriptions() = ToMessage(view);
  return response;
}

absl::StatusOr<v1::SubscribeResponse> WebhookInboxService::SubscribeFor(
    const grpc::ServerContext& context, const rpc::Caller& caller,
    const v1::SubscribeRequest& request) {
  RETURN_IF_ERROR(CheckCredentialRequest(
      request.workspace_id(), request.credential_id(),
      RequestCheck().Require(request.signing_secret().size() <= kMaxSecretBytes, "signing_secret",
                             "must not be longer than 8 KiB")));
  ASSIGN_OR_RETURN(const auto view,
                   subscriber_.Subscribe({.account = {.workspace_id = request.workspace_id(),
                                                      .credential_id = request.credential_id(),
                                                      .platform = ""},
                                          .signing_secret = Secret(request.signing_secret()),
                                          .actor = caller.ToActor(),
                                          .audited = ActorOf(caller),
                                          .patience = InteractivePatience(context, clock_)}));
  v1::SubscribeResponse response;
  *response.mutable_subscription() = ToMessage(view);
  return response;
}

}  // namespace callimport::adapter_gateway
