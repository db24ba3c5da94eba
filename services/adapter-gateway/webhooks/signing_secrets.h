// The secrets by which vendors sign, borrowed from the vault and kept for as long as it says.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/actor.pb.h"
#include "libs/clients/credential_manager/webhook_secrets_client.h"
#include "libs/common/clock.h"
#include "services/adapter-gateway/domain/webhook.h"
#include "services/adapter-gateway/webhooks/signatures/signature_scheme.h"

namespace callimport::adapter_gateway {

class SigningSecrets {
 public:
  using List = std::shared_ptr<const std::vector<SigningSecret>>;

  SigningSecrets(credential_manager::WebhookSecretsClient& vault, const Clock& clock)
      : vault_(vault), clock_(clock) {}

  // Newest first; empty when there is none. While the vault cannot be asked, what it said last
  // serves for a quarter of an hour more.
  absl::StatusOr<List> Of(const WebhookSource& source);

  // A secret of ours or of the vendor's becomes the newest.
  absl::Status Store(const WebhookSource& source, const Secret& secret,
                     const common::v1::Actor& actor);

  // A signature was made by it. Cheap: the vault is told by TellUses, each secret once a while.
  void MarkUsed(const WebhookSource& source, const std::string& secret_id);
  absl::Status TellUses();

 private:
  struct Borrowed {
    List secrets;
    Timestamp until{};
  };
  struct Use {
    std::string workspace_id;
    bool told = false;
    Timestamp told_at{};
  };

  absl::StatusOr<List> AskVault(const WebhookSource& source, const std::string& key);

  credential_manager::WebhookSecretsClient& vault_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Borrowed> borrowed_;
  std::map<std::string, Use> uses_;
};

}  // namespace callimport::adapter_gateway
