#include "services/adapter-gateway/api/webhook_messages.h"

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/crypto/digest.h"

namespace callimport::adapter_gateway {
namespace {

constexpr int kMaxEventTypes = 100;

bool AreShort(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return texts.size() <= kMaxEventTypes &&
         std::all_of(texts.begin(), texts.end(),
                     [](const auto& text) { return text.size() <= 255; });
}

}  // namespace

RequestCheck CheckSelection(const v1::WebhookSelection& selection) {
  return RequestCheck()
      .Require(IsWorkspaceId(selection.workspace_id()), "selection.workspace_id",
               "must be 1 to 64 of letters, digits, '-', '_' and '.'")
      .Require(selection.credential_id().size() <= 64, "selection.credential_id",
               "must be the id of a credential or empty")
      .Require(selection.platform().size() <= 64, "selection.platform",
               "must be the name of a platform or empty")
      .Require(AreShort(selection.event_types()), "selection.event_types",
               "must be at most 100 of at most 255 bytes")
      .Require(!selection.has_start_time() || !selection.has_end_time() ||
                   FromProto(selection.start_time()) < FromProto(selection.end_time()),
               "selection.end_time", "must be after start_time");
}

WebhookSelection ToSelection(const v1::WebhookSelection& selection) {
  WebhookSelection result{.source = {.workspace_id = selection.workspace_id(),
                                     .credential_id = selection.credential_id(),
                                     .platform = selection.platform()}};
  if (selection.has_start_time()) result.start = FromProto(selection.start_time());
  if (selection.has_end_time()) result.end = FromProto(selection.end_time());
  result.event_types.assign(selection.event_types().begin(), selection.event_types().end());
  for (const int verdict : selection.verdicts()) {
    result.verdicts.push_back(static_cast<WebhookVerdict>(verdict));
  }
  return result;
}

v1::WebhookReceipt ToMessage(const WebhookReceipt& receipt) {
  v1::WebhookReceipt message;
  message.set_webhook_id(receipt.webhook_id);
  message.set_workspace_id(receipt.source.workspace_id);
  message.set_credential_id(receipt.source.credential_id);
  message.set_platform(receipt.source.platform);
  message.set_delivery_id(receipt.delivery_id);
  message.set_event_type(receipt.event_type);
  message.set_source_call_id(receipt.source_call_id);
  message.set_verdict(static_cast<v1::WebhookVerdict>(receipt.verdict));
  message.set_note(receipt.note);
  message.set_body_sha256(crypto::ToHex(receipt.body_sha256));
  message.set_body_bytes(receipt.body_bytes);
  *message.mutable_receive_time() = ToProto(receipt.received_at);
  message.mutable_latency()->set_nanos(
      static_cast<int32_t>(receipt.latency.count() % 1'000'000 * 1'000));
  message.mutable_latency()->set_seconds(receipt.latency.count() / 1'000'000);
  message.set_revision(receipt.revision);
  return message;
}

v1::Subscription ToMessage(const WebhookSubscriber::View& view) {
  const WebhookSubscription& subscription = view.subscription;
  v1::Subscription message;
  message.set_subscription_id(subscription.subscription_id);
  message.set_workspace_id(subscription.source.workspace_id);
  message.set_credential_id(subscription.source.credential_id);
  message.set_platform(subscription.source.platform);
  message.set_state(static_cast<v1::Subscription::State>(subscription.state));
  if (subscription.expires_at) *message.mutable_expire_time() = ToProto(*subscription.expires_at);
  if (subscription.last_delivery_at) {
    *message.mutable_last_delivery_time() = ToProto(*subscription.last_delivery_at);
  }
  message.set_url(view.url);
  message.set_instructions(view.instructions);
  return message;
}

void AddEvent(const WebhookStore::Announcement& announcement, v1::WatchWebhooksResponse& message) {
  v1::WebhookEvent event;
  if (announcement.event.empty() || !event.ParseFromString(announcement.event)) return;
  event.set_revision(announcement.revision);
  *message.add_events() = std::move(event);
}

}  // namespace callimport::adapter_gateway
