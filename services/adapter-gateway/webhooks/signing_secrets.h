// The secrets by which vendors sign, borrowed from the vault and kept for as long as it says.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/actor.pb.h"
#include "libs/clients/credential_manager/webhook_secrets_client.h"
#include "libs/common/clock.h"
#include "libs/common/single_flight.h"
#include "services/adapter-gateway/domain/webhook.h"
#include "services/adapter-gateway/webhooks/signatures/signature_scheme.h"

namespace callimport::adapter_gateway {

class SigningSecrets {
 public:
  using List = std::shared_ptr<const std::vector<SigningSecret>>;

  SigningSecrets(credential_manager::WebhookSecretsClient& vault, const Clock& clock)
      : vault_(vault), clock_(clock), flights_(kManySources, [this](const Borrowed& borrowed) {
          return clock_.Now() >= std::max(borrowed.until, borrowed.serves_until);
        }) {}

  // Newest first; empty when there is none. While the vault cannot be asked, what it said last
  // serves for a quarter of an hour more. However many deliveries come, the vault is asked by one
  // of them at a time, and after an error, or for nothing, only a second or two later.
  absl::StatusOr<List> Of(const WebhookSource& source);

  // The same, unless the vault was asked within the last seconds: for a signature that none of the
  // known secrets has made, as another replica may have stored a new one.
  absl::StatusOr<List> OfNow(const WebhookSource& source);

  // A secret of ours or of the vendor's becomes the newest.
  absl::Status Store(const WebhookSource& source, const Secret& secret,
                     const common::v1::Actor& actor);

  // A signature was made by it. Cheap: the vault is told by TellUses, each secret once a while.
  void MarkUsed(const WebhookSource& source, const std::string& secret_id);
  absl::Status TellUses();

 private:
  struct Borrowed {
    absl::StatusOr<List> secrets;
    Timestamp asked_at;
    Timestamp until;
    // For want of anything newer.
    Timestamp serves_until;
  };
  struct Use {
    std::string workspace_id;
    bool told = false;
    Timestamp told_at{};
  };

  static constexpr size_t kManySources = 4'096;

  absl::StatusOr<List> Get(const WebhookSource& source, Timestamp not_before);
  Borrowed AskVault(const WebhookSource& source, const Borrowed* before);
  Borrowed WithoutVault(const absl::Status& trouble, const Borrowed* before) const;

  credential_manager::WebhookSecretsClient& vault_;
  const Clock& clock_;
  SingleFlight<std::string, Borrowed> flights_;
  std::mutex mutex_;
  std::map<std::string, Use> uses_;
};

}  // namespace callimport::adapter_gateway
