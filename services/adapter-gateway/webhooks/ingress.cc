#include "services/adapter-gateway/webhooks/ingress.h"

#include <array>
#include <utility>

#include "callimport/adapter_gateway/v1/webhook_inbox.pb.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/crypto/digest.h"
#include "libs/json/text.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

using http::ServedAnswer;
using http::ServedRequest;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::seconds;

constexpr size_t kMaxEventBytes = 1 << 20;

// "/hooks/gong/ID", and what may follow.
struct Address {
  std::string platform;
  std::string subscription_id;
};

std::optional<Address> ParseAddress(const std::string& path) {
  static constexpr std::string_view kPrefix = "/hooks/";
  if (!path.starts_with(kPrefix)) return std::nullopt;
  const size_t slash = path.find('/', kPrefix.size());
  if (slash == std::string::npos) return std::nullopt;
  const size_t end = path.find('/', slash + 1);
  return Address{path.substr(kPrefix.size(), slash - kPrefix.size()),
                 path.substr(slash + 1, end == std::string::npos ? end : end - slash - 1)};
}

ServedAnswer Plain(int status, const std::string& body) {
  return {.status = status, .body = body + "\n"};
}

ServedAnswer ComeAgain(int status, const std::string& body) {
  ServedAnswer answer = Plain(status, body);
  answer.headers["Retry-After"] = "1";
  return answer;
}

// None of them holds a secret.
constexpr std::array kKeptHeaders{"content-type", "user-agent", "webhook-id", "webhook-timestamp",
                                  "x-zm-request-timestamp"};

std::string HeadersOf(const ServedRequest& request) {
  std::string json = "{";
  for (const char* name : kKeptHeaders) {
    const std::string value = HeaderOf(request, name);
    if (value.empty()) continue;
    if (json.size() > 1) json += ",";
    json += json::Quote(name) + ":" + json::Quote(value);
  }
  return json + "}";
}

// Of a fault, which may name what strangers wrote.
std::string PlainText(std::string text) {
  std::erase_if(text, [](char c) { return c < ' ' || c >= 0x7F; });
  return text.substr(0, 200);
}

std::string EventOf(const WebhookReceipt& receipt, WebhookFacts facts) {
  v1::WebhookEvent event;
  event.set_webhook_id(receipt.webhook_id);
  event.set_workspace_id(receipt.source.workspace_id);
  event.set_credential_id(receipt.source.credential_id);
  event.set_platform(receipt.source.platform);
  event.set_event_type(receipt.event_type);
  event.set_source_call_id(receipt.source_call_id);
  if (facts.record) *event.mutable_record() = *std::move(facts.record);
  *event.mutable_receive_time() = ToProto(receipt.received_at);
  if (facts.event_time) *event.mutable_event_time() = ToProto(*facts.event_time);
  // Several travel in one message; what is very long is looked up instead.
  if (event.ByteSizeLong() > kMaxEventBytes) event.clear_record();
  return event.SerializeAsString();
}

// The best that one of the schemes finds.
SignatureFinding FindSignature(const WebhookFormat& format, const SignatureQuestion& question) {
  SignatureFinding finding = BadSignature("no secret is known of this account yet");
  if (question.secrets.empty()) return finding;
  for (const SignatureScheme scheme : format.schemes) {
    SignatureFinding found = scheme(question);
    if (found.verdict == SignatureVerdict::kGood) return found;
    if (finding.verdict != SignatureVerdict::kTooOld) finding = std::move(found);
  }
  return finding;
}

const char* NameOf(WebhookVerdict verdict) {
  switch (verdict) {
    case WebhookVerdict::kAccepted:
      return "accepted";
    case WebhookVerdict::kDuplicate:
      return "duplicate";
    case WebhookVerdict::kHeld:
      return "held";
    case WebhookVerdict::kBadSignature:
      return "bad_signature";
    case WebhookVerdict::kTooOld:
      return "too_old";
    case WebhookVerdict::kMalformed:
      return "malformed";
    case WebhookVerdict::kHandshake:
      return "handshake";
    case WebhookVerdict::kIgnored:
      return "ignored";
  }
  return "unknown";
}

}  // namespace

struct WebhookIngress::Delivery {
  const ServedRequest& request;
  Address address;
  WebhookSource source = {};
  const WebhookFormat* format = nullptr;
  Timestamp received_at = {};
  std::chrono::steady_clock::time_point began = {};
};

std::string WebhookUrl(const std::string& public_base, const std::string& platform,
                       const std::string& subscription_id) {
  return public_base + "/hooks/" + platform + "/" + subscription_id;
}

WebhookIngress::WebhookIngress(SubscriptionBook& book, SigningSecrets& secrets, WebhookInbox& inbox,
                               const Clock& clock, IngressTerms terms)
    : book_(book),
      secrets_(secrets),
      inbox_(inbox),
      clock_(clock),
      terms_(std::move(terms)),
      strangers_("webhook_strangers_total", "Requests to addresses that nobody was told"),
      unstored_("webhook_unstored_total", "Deliveries that the vendor has to send again"),
      seconds_("webhook_seconds", "From the whole request to the answer") {}

ServedAnswer WebhookIngress::OnRequest(const ServedRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  auto address = ParseAddress(request.path);
  if (!address) {
    strangers_.Add();
    return Plain(404, "no such address");
  }
  Delivery delivery{.request = request,
                    .address = *std::move(address),
                    .received_at = clock_.Now(),
                    .began = began};
  ServedAnswer answer = Take(delivery);
  seconds_.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  return answer;
}

ServedAnswer WebhookIngress::Take(Delivery& delivery) {
  const ServedRequest& request = delivery.request;
  auto source = book_.Find(delivery.address.subscription_id);
  const bool known = source.ok() && source->platform == delivery.address.platform;
  if (absl::IsNotFound(source.status()) || (source.ok() && !known)) {
    strangers_.Add();
    return Plain(404, "no such address");
  }
  if (!source.ok()) return ComeAgain(503, "not now");
  delivery.source = *std::move(source);
  delivery.format = FindWebhookFormat(delivery.source.platform);
  if (delivery.format == nullptr) return Plain(404, "no such address");
  if (request.method == "HEAD") return Plain(200, "");
  if (request.method != "POST" && request.method != "GET") return Plain(405, "post it");

  const auto secrets = secrets_.Of(delivery.source);
  if (!secrets.ok()) {
    unstored_.Add();
    return ComeAgain(503, "not now");
  }
  return Judge(delivery, *secrets);
}

ServedAnswer WebhookIngress::Judge(Delivery& delivery, const SigningSecrets::List& secrets) {
  const auto ask = [&](const SigningSecrets::List& known) {
    return SignatureQuestion{.request = delivery.request,
                             .secrets = *known,
                             .now = delivery.received_at,
                             .url = WebhookUrl(terms_.public_base, delivery.source.platform,
                                               delivery.address.subscription_id)};
  };
  if (auto answer = ShakeHands(delivery, ask(secrets))) return *std::move(answer);
  SignatureFinding finding = FindSignature(*delivery.format, ask(secrets));
  if (finding.verdict == SignatureVerdict::kBad) {
    const auto newer = secrets_.OfNow(delivery.source);
    if (newer.ok() && *newer != secrets) finding = FindSignature(*delivery.format, ask(*newer));
  }
  if (finding.verdict != SignatureVerdict::kGood) return Refuse(delivery, finding);
  if (!book_.Admit(delivery.address.subscription_id, terms_.per_second)) {
    return ComeAgain(429, "too many deliveries");
  }
  secrets_.MarkUsed(delivery.source, finding.secret_id);
  return Keep(delivery, finding.content);
}

std::optional<ServedAnswer> WebhookIngress::ShakeHands(const Delivery& delivery,
                                                       const SignatureQuestion& question) {
  if (delivery.format->handshake == nullptr) return std::nullopt;
  auto answer = delivery.format->handshake(question);
  if (!answer) return std::nullopt;
  if (answer->status != 200) return Refuse(delivery, BadSignature("a challenge of nobody"));
  KeepReceipt(delivery, WebhookVerdict::kHandshake, "");
  return answer;
}

ServedAnswer WebhookIngress::Refuse(const Delivery& delivery, const SignatureFinding& finding) {
  KeepReceipt(delivery,
              finding.verdict == SignatureVerdict::kTooOld ? WebhookVerdict::kTooOld
                                                           : WebhookVerdict::kBadSignature,
              finding.note);
  return Plain(401, "the signature is not good");
}

// Who sends it may be anybody: a receipt without the body, and not many of them.
void WebhookIngress::KeepReceipt(const Delivery& delivery, WebhookVerdict verdict,
                                 const std::string& note) {
  Count(delivery.source.platform, verdict);
  const int64_t now = duration_cast<seconds>(delivery.received_at.time_since_epoch()).count();
  bool keep = false;
  {
    std::lock_guard lock(mutex_);
    auto& [second, count] = refused_[delivery.address.subscription_id];
    if (second != now) count = 0;
    second = now;
    keep = ++count <= terms_.refused_per_second;
  }
  if (keep) inbox_.StoreLater(Receipt(delivery, verdict, note));
}

ServedAnswer WebhookIngress::Keep(Delivery& delivery, const std::string& content) {
  absl::StatusOr<WebhookFacts> facts = delivery.format->read(delivery.request, content);
  if (!facts.ok()) {
    // Sending it again would not mend it; it is kept, and somebody is told.
    log::Warning("a webhook cannot be read",
                 {{"platform", delivery.source.platform}, {"status", facts.status()}});
    IncomingWebhook webhook = Receipt(delivery, WebhookVerdict::kMalformed,
                                      PlainText(std::string(facts.status().message())));
    webhook.body = delivery.request.body;
    return Store(delivery, std::move(webhook));
  }
  IncomingWebhook webhook = Receipt(
      delivery, facts->concerns_calls ? WebhookVerdict::kAccepted : WebhookVerdict::kIgnored,
      facts->concerns_calls ? "" : "nothing to import comes of it");
  webhook.receipt.delivery_id = std::move(facts->delivery_id);
  webhook.receipt.event_type = std::move(facts->event_type);
  webhook.receipt.source_call_id = std::move(facts->source_call_id);
  webhook.business_key = std::move(facts->business_key);
  // What comes by GET says all of it in its address, of which the content is what is no secret.
  webhook.body = delivery.request.body;
  if (webhook.body.empty()) {
    webhook.body = content;
    webhook.receipt.body_sha256 = crypto::Sha256(content);
    webhook.receipt.body_bytes = static_cast<int64_t>(content.size());
  }
  webhook.event = EventOf(webhook.receipt, *std::move(facts));
  return Store(delivery, std::move(webhook));
}

ServedAnswer WebhookIngress::Store(Delivery& delivery, IncomingWebhook webhook) {
  const absl::StatusOr<WebhookReceipt> stored = inbox_.Store(std::move(webhook));
  if (!stored.ok()) {
    unstored_.Add();
    return ComeAgain(503, "not now");
  }
  Count(delivery.source.platform, stored->verdict);
  book_.MarkDelivered(delivery.address.subscription_id);
  return Plain(200, "ok");
}

IncomingWebhook WebhookIngress::Receipt(const Delivery& delivery, WebhookVerdict verdict,
                                        const std::string& note) const {
  IncomingWebhook webhook;
  webhook.receipt = {
      .webhook_id = NewUuid(),
      .source = delivery.source,
      .verdict = verdict,
      .note = note,
      .body_sha256 = crypto::Sha256(delivery.request.body),
      .body_bytes = static_cast<int64_t>(delivery.request.body.size()),
      .received_at = delivery.received_at,
      .latency = duration_cast<microseconds>(std::chrono::steady_clock::now() - delivery.began)};
  webhook.headers = HeadersOf(delivery.request);
  return webhook;
}

void WebhookIngress::Count(const std::string& platform, WebhookVerdict verdict) {
  std::lock_guard lock(mutex_);
  auto found = counters_.find({platform, verdict});
  if (found == counters_.end()) {
    found = counters_
                .try_emplace({platform, verdict}, "webhooks_total", "Deliveries of vendors",
                             metrics::Labels{{"platform", platform}, {"verdict", NameOf(verdict)}})
                .first;
  }
  found->second.Add();
}

}  // namespace callimport::adapter_gateway
