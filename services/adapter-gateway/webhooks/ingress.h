// What vendors' deliveries meet: found, bounded, verified, read, stored, and only then answered.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "libs/common/clock.h"
#include "libs/http/http_server.h"
#include "libs/telemetry/metrics.h"
#include "services/adapter-gateway/webhooks/formats/webhook_format.h"
#include "services/adapter-gateway/webhooks/inbox.h"
#include "services/adapter-gateway/webhooks/signing_secrets.h"
#include "services/adapter-gateway/webhooks/subscription_book.h"

namespace callimport::adapter_gateway {

struct IngressTerms {
  // "https://hooks.example": what stands before "/hooks/…" in the addresses that vendors know.
  std::string public_base = {};
  // What one account's vendor may send; beyond it, 429. What others send to its address, who cannot
  // sign, does not count.
  int per_second = 10'000;
  // What anybody may send to one account's address, and still gets a receipt.
  int refused_per_second = 20;
};

// "https://hooks.example/hooks/gong/ID", which a secret may follow.
std::string WebhookUrl(const std::string& public_base, const std::string& platform,
                       const std::string& subscription_id);

class WebhookIngress {
 public:
  WebhookIngress(SubscriptionBook& book, SigningSecrets& secrets, WebhookInbox& inbox,
                 const Clock& clock, IngressTerms terms);

  // 200: it is stored, or nothing is lost without it. 401: not of the vendor. 404, 405, 429: not
  // taken. 503: to be sent again.
  http::ServedAnswer OnRequest(const http::ServedRequest& request);

 private:
  struct Delivery;

  http::ServedAnswer Take(Delivery& delivery);
  http::ServedAnswer Judge(Delivery& delivery, const SigningSecrets::List& secrets);
  std::optional<http::ServedAnswer> ShakeHands(const Delivery& delivery,
                                               const SignatureQuestion& question);
  http::ServedAnswer Refuse(const Delivery& delivery, const SignatureFinding& finding);
  void KeepReceipt(const Delivery& delivery, WebhookVerdict verdict, const std::string& note);
  http::ServedAnswer Keep(Delivery& delivery, const std::string& content);
  http::ServedAnswer Store(Delivery& delivery, IncomingWebhook webhook);
  IncomingWebhook Receipt(const Delivery& delivery, WebhookVerdict verdict,
                          const std::string& note) const;
  void Count(const std::string& platform, WebhookVerdict verdict);

  SubscriptionBook& book_;
  SigningSecrets& secrets_;
  WebhookInbox& inbox_;
  const Clock& clock_;
  const IngressTerms terms_;
  metrics::Counter strangers_;
  metrics::Counter unstored_;
  metrics::Histogram seconds_;
  std::mutex mutex_;
  std::map<std::pair<std::string, WebhookVerdict>, metrics::Counter> counters_;
  std::map<std::string, std::pair<int64_t, int>> refused_;
};

}  // namespace callimport::adapter_gateway
