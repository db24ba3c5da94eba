#include "services/adapter-gateway/webhooks/subscriber.h"

#include <utility>

#include "callimport/adapter_gateway/v1/webhook_inbox.pb.h"
#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/crypto/random.h"
#include "libs/jwt/base64url.h"
#include "libs/telemetry/log.h"
#include "services/adapter-gateway/webhooks/formats/webhook_format.h"
#include "services/adapter-gateway/webhooks/ingress.h"
#include "services/adapter-gateway/webhooks/registrar.h"
#include "services/adapter-gateway/webhooks/signatures/jwt_schemes.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kGap[] = "callimport.gap";
constexpr size_t kSecretBytes = 32;
constexpr std::chrono::seconds kWatchPatience{20};

common::v1::Actor Ourselves() {
  common::v1::Actor actor;
  actor.set_name("adapter-gateway");
  return actor;
}

// The secret that an address ends with: ours, and no key that anybody may know.
std::string AddressSecret(const std::vector<SigningSecret>& secrets) {
  for (const SigningSecret& secret : secrets) {
    if (!IsPublicKeyText(secret.text)) return secret.text.Reveal();
  }
  return "";
}

}  // namespace

std::string WebhookSubscriber::Url(const WebhookSubscription& subscription) const {
  return WebhookUrl(public_base_, subscription.source.platform, subscription.subscription_id);
}

WebhookSubscriber::View WebhookSubscriber::ViewOf(const WebhookSubscription& subscription,
                                                  const std::string& secret) const {
  const WebhookFormat* format = FindWebhookFormat(subscription.source.platform);
  View view{.subscription = subscription, .url = Url(subscription), .instructions = ""};
  if (format == nullptr) return view;
  if (format->secret_in_address) view.url += "/" + secret;
  if (subscription.state == SubscriptionState::kByHand) view.instructions = format->instructions;
  return view;
}

absl::StatusOr<WebhookSubscriber::View> WebhookSubscriber::Subscribe(const Request& request) {
  if (public_base_.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "WEBHOOKS_NOT_RECEIVED",
                 "this installation has no public address for webhooks");
  }
  WebhookSource source = request.account;
  ASSIGN_OR_RETURN(const VendorAccount account,
                   accounts_.Open(source.workspace_id, source.credential_id));
  source.platform = account.platform->descriptor.platform();
  if (FindWebhookFormat(source.platform) == nullptr) {
    return Error(absl::StatusCode::kFailedPrecondition, "WEBHOOKS_NOT_SENT",
                 account.platform->descriptor.display_name() + " sends no webhooks");
  }
  RETURN_IF_ERROR(KeepSecret(request, source));
  const bool by_hand = FindWebhookRegistrar(source.platform) == nullptr;
  ASSIGN_OR_RETURN(WebhookSubscription subscription,
                   store_.Subscribe({.subscription_id = NewUuid(),
                                     .source = source,
                                     .state = by_hand ? SubscriptionState::kByHand
                                                      : SubscriptionState::kSuspended},
                                    request.audited));
  if (!by_hand && subscription.vendor_ids.empty()) {
    RETURN_IF_ERROR(Register(subscription, request.actor, request.patience));
    RETURN_IF_ERROR(store_.UpdateSubscription(subscription));
  }
  ASSIGN_OR_RETURN(const SigningSecrets::List secrets, secrets_.Of(source));
  return ViewOf(subscription, AddressSecret(*secrets));
}

// What is handed over; else one of ours, where the platform wants that and there is none.
absl::Status WebhookSubscriber::KeepSecret(const Request& request, const WebhookSource& source) {
  const WebhookFormat& format = *FindWebhookFormat(source.platform);
  if (!request.signing_secret.empty()) {
    RETURN_IF_ERROR(secrets_.Store(source, request.signing_secret, request.actor));
  }
  if (format.secret != SecretOrigin::kOurs) return absl::OkStatus();
  ASSIGN_OR_RETURN(const SigningSecrets::List secrets, secrets_.Of(source));
  if (!AddressSecret(*secrets).empty()) return absl::OkStatus();
  const Secret made(jwt::ToBase64Url(crypto::RandomBytes(kSecretBytes)));
  return secrets_.Store(source, made, request.actor);
}

absl::Status WebhookSubscriber::Register(WebhookSubscription& subscription,
                                         const common::v1::Actor& actor, const Patience& patience) {
  const WebhookSource& source = subscription.source;
  ASSIGN_OR_RETURN(const VendorAccount account,
                   accounts_.Open(source.workspace_id, source.credential_id));
  VendorSession session = account.Session(line_, patience);
  const auto added = FindWebhookRegistrar(source.platform)->add(session, Url(subscription));
  accounts_.Learn(source.workspace_id, source.credential_id, added.status());
  RETURN_IF_ERROR(added.status());
  RETURN_IF_ERROR(secrets_.Store(source, added->secret, actor));
  subscription.vendor_ids = {added->vendor_id};
  subscription.state = SubscriptionState::kActive;
  subscription.covered_until = line_.clock.Now();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<WebhookSubscriber::View>> WebhookSubscriber::List(
    const std::string& workspace_id) {
  ASSIGN_OR_RETURN(const std::vector<WebhookSubscription> subscriptions,
                   store_.ListSubscriptions(workspace_id));
  std::vector<View> views;
  for (const WebhookSubscription& subscription : subscriptions) {
    views.push_back(ViewOf(subscription, "…"));
  }
  return views;
}

absl::Status WebhookSubscriber::Watch() {
  ASSIGN_OR_RETURN(const std::vector<WebhookSubscription> subscriptions,
                   store_.ListSubscriptions(""));
  absl::Status result;
  for (const WebhookSubscription& subscription : subscriptions) {
    if (FindWebhookRegistrar(subscription.source.platform) == nullptr) continue;
    const absl::Status watched = WatchOne(subscription);
    if (watched.ok()) continue;
    log::Warning("a webhook subscription cannot be looked after",
                 {{"subscription", subscription.subscription_id}, {"status", watched}});
    result.Update(watched);
  }
  return result;
}

absl::Status WebhookSubscriber::WatchOne(WebhookSubscription subscription) {
  const WebhookSource& source = subscription.source;
  const Patience patience{.until = line_.clock.Now() + kWatchPatience};
  const auto account = accounts_.Open(source.workspace_id, source.credential_id);
  if (absl::IsNotFound(account.status())) return Forget(subscription);
  RETURN_IF_ERROR(account.status());
  VendorSession session = account->Session(line_, patience);
  bool sending = false;
  if (!subscription.vendor_ids.empty()) {
    ASSIGN_OR_RETURN(sending, FindWebhookRegistrar(source.platform)
                                  ->is_sending(session, subscription.vendor_ids.front()));
  }
  if (sending) {
    subscription.state = SubscriptionState::kActive;
    subscription.covered_until = line_.clock.Now();
    return store_.UpdateSubscription(subscription);
  }
  const WebhookSubscription before = subscription;
  subscription.state = SubscriptionState::kSuspended;
  RETURN_IF_ERROR(store_.UpdateSubscription(subscription));
  RETURN_IF_ERROR(Register(subscription, Ourselves(), patience));
  log::Warning("the vendor had stopped sending webhooks; they are sent again",
               {{"subscription", subscription.subscription_id}});
  // First the gap: whatever breaks off here is done again, and no gap is forgotten.
  RETURN_IF_ERROR(AnnounceGap(before));
  return store_.UpdateSubscription(subscription);
}

// Disconnected credentials never come back, and without them the vendor cannot be asked for
// anything.
absl::Status WebhookSubscriber::Forget(const WebhookSubscription& subscription) {
  RETURN_IF_ERROR(store_.ForgetSubscription(subscription.subscription_id));
  log::Info(
      "a webhook subscription went with its credential",
      {{"subscription", subscription.subscription_id}, {"platform", subscription.source.platform}});
  return absl::OkStatus();
}

absl::Status WebhookSubscriber::AnnounceGap(const WebhookSubscription& subscription) {
  IncomingWebhook gap;
  gap.receipt = {.webhook_id = NewUuid(),
                 .source = subscription.source,
                 .event_type = kGap,
                 .note = "the vendor had stopped sending",
                 .received_at = line_.clock.Now()};
  // No other is the same.
  gap.receipt.body_sha256 = crypto::Sha256(gap.receipt.webhook_id);
  v1::WebhookEvent event;
  event.set_webhook_id(gap.receipt.webhook_id);
  event.set_workspace_id(subscription.source.workspace_id);
  event.set_credential_id(subscription.source.credential_id);
  event.set_platform(subscription.source.platform);
  event.set_event_type(kGap);
  *event.mutable_receive_time() = ToProto(gap.receipt.received_at);
  if (subscription.covered_until) {
    *event.mutable_event_time() = ToProto(*subscription.covered_until);
  }
  gap.event = event.SerializeAsString();
  RETURN_IF_ERROR(store_.StoreAll({gap}).status());
  appended_.Raise();
  return absl::OkStatus();
}

}  // namespace callimport::adapter_gateway
