#include "services/credential-manager/storage/sealed_rows.h"

#include "services/credential-manager/storage/oauth_attempts_table.h"
#include "services/credential-manager/storage/secrets_table.h"
#include "services/credential-manager/storage/webhook_secrets_table.h"

namespace callimport::credential_manager {

const std::vector<const SealedRows*>& AllSealedRows() {
  static const std::vector<const SealedRows*> all = {&CredentialSecrets(), &OAuthAttemptSecrets(),
                                                     &WebhookSecretRows()};
  return all;
}

}  // namespace callimport::credential_manager
