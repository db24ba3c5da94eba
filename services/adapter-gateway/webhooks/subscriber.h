// Has vendors send their webhooks here, and looks whether they still do.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/actor.pb.h"
#include "libs/common/clock.h"
#include "libs/feed/feed_signal.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"
#include "services/adapter-gateway/storage/webhook_store.h"
#include "services/adapter-gateway/webhooks/signing_secrets.h"

namespace callimport::adapter_gateway {

class WebhookSubscriber {
 public:
  // A subscription as people see it.
  struct View {
    WebhookSubscription subscription;
    std::string url;
    // Empty: nothing is left to do.
    std::string instructions;
  };
  struct Request {
    WebhookSource account;
    // What the vendor's page shows; empty: none to store.
    Secret signing_secret = {};
    common::v1::Actor actor = {};
    WebhookActor audited = {};
    Patience patience;
  };

  // "https://hooks.example" stands before every address.
  WebhookSubscriber(VendorAccounts& accounts, const VendorLine& line, WebhookStore& store,
                    SigningSecrets& secrets, feed::FeedSignal& appended, std::string public_base)
      : accounts_(accounts),
        line_(line),
        store_(store),
        secrets_(secrets),
        appended_(appended),
        public_base_(std::move(public_base)) {}

  // The account's one. FAILED_PRECONDITION: WEBHOOKS_NOT_SENT (by this platform),
  // WEBHOOKS_NOT_RECEIVED (by this installation); NOT_FOUND; what vault and vendor say.
  absl::StatusOr<View> Subscribe(const Request& request);

  // With addresses that hide their secrets.
  absl::StatusOr<std::vector<View>> List(const std::string& workspace_id);

  // Looks at each that the vendor can be asked about; makes anew what does not send any more, and
  // announces the gap.
  absl::Status Watch();

 private:
  absl::Status KeepSecret(const Request& request, const WebhookSource& source);
  // Has the vendor send from now on; the subscription says so, and is not stored.
  absl::Status Register(WebhookSubscription& subscription, const common::v1::Actor& actor,
                        const Patience& patience);
  absl::Status WatchOne(WebhookSubscription subscription);
  absl::Status Forget(const WebhookSubscription& subscription);
  absl::Status AnnounceGap(const WebhookSubscription& subscription);
  View ViewOf(const WebhookSubscription& subscription, const std::string& secret) const;
  std::string Url(const WebhookSubscription& subscription) const;

  VendorAccounts& accounts_;
  const VendorLine& line_;
  WebhookStore& store_;
  SigningSecrets& secrets_;
  feed::FeedSignal& appended_;
  const std::string public_base_;
};

}  // namespace callimport::adapter_gateway
