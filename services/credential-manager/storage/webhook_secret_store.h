// The webhook secrets that the vault keeps. Every method is one transaction, its audit included.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/common/secret.h"
#include "libs/postgres/pool.h"
#include "services/credential-manager/domain/credential.h"
#include "services/credential-manager/domain/webhook_secret.h"
#include "services/credential-manager/sealing/sealer.h"

namespace callimport::credential_manager {

class WebhookSecretStore {
 public:
  WebhookSecretStore(postgres::Pool& pool, const Sealer& sealer, const Clock& clock)
      : pool_(pool), sealer_(sealer), clock_(clock) {}

  // ALREADY_EXISTS (REQUEST_ID_REUSED).
  absl::StatusOr<WebhookSecret> Store(const WebhookSource& source, const std::string& request_id,
                                      const Secret& text, const AuditContext& context);

  struct Opened {
    WebhookSecret facts;
    Secret text;
  };
  // Newest first. DATA_LOSS (CREDENTIAL_UNREADABLE) when none of them opens.
  absl::StatusOr<std::vector<Opened>> Lease(const WebhookSource& source,
                                            const AuditContext& context);

  // NOT_FOUND (WEBHOOK_SECRET_NOT_FOUND). Fine when it is retired.
  absl::Status RecordUse(const std::string& workspace_id, const std::string& webhook_secret_id);
  absl::Status Retire(const std::string& workspace_id, const std::string& webhook_secret_id,
                      const AuditContext& context);

  // Retires the older of two where the newer is in use, and the older has not been for so long.
  absl::Status RetireReplaced(std::chrono::seconds quiet);

 private:
  postgres::Pool& pool_;
  const Sealer& sealer_;
  const Clock& clock_;
};

}  // namespace callimport::credential_manager
