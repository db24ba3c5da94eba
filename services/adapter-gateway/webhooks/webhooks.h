// All that receives webhooks, put together.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "libs/feed/feed_signal.h"
#include "libs/http/http_server.h"
#include "libs/rpc/host.h"
#include "services/adapter-gateway/config.pb.h"
#include "services/adapter-gateway/storage/webhook_store.h"
#include "services/adapter-gateway/webhooks/gap_finder.h"
#include "services/adapter-gateway/webhooks/inbox.h"
#include "services/adapter-gateway/webhooks/ingress.h"
#include "services/adapter-gateway/webhooks/signing_secrets.h"
#include "services/adapter-gateway/webhooks/subscriber.h"
#include "services/adapter-gateway/webhooks/subscription_book.h"

namespace callimport::adapter_gateway {

class Webhooks {
 public:
  // Everything given here must outlive it. UNAVAILABLE (ADDRESS_TAKEN).
  static absl::StatusOr<std::unique_ptr<Webhooks>> Open(
      const WebhookConfig& config, postgres::Pool& database,
      credential_manager::WebhookSecretsClient& vault, VendorAccounts& accounts,
      const VendorLine& line);

  WebhookStore& store() { return store_; }
  WebhookSubscriber& subscriber() { return subscriber_; }
  // Looks on at listings.
  GapFinder& gaps() { return gaps_; }
  // Raised after each delivery that was stored.
  feed::FeedSignal& announced() { return announced_; }

  // What has to be done now and then, and at the end.
  void RunOn(rpc::Host& host);

 private:
  Webhooks(const WebhookConfig& config, postgres::Pool& database,
           credential_manager::WebhookSecretsClient& vault, VendorAccounts& accounts,
           const VendorLine& line);
  absl::Status Listen(const WebhookConfig& config);

  const Clock& clock_;
  const std::chrono::hours keep_;
  WebhookStore store_;
  feed::FeedSignal announced_;
  SubscriptionBook book_;
  SigningSecrets secrets_;
  WebhookInbox inbox_;
  WebhookIngress ingress_;
  WebhookSubscriber subscriber_;
  GapFinder gaps_;
  std::unique_ptr<http::HttpServer> server_;
};

}  // namespace callimport::adapter_gateway
