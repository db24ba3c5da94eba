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

std::map<std::string, int64_t> CountsByKey(const pqxx::result& rows) {
  std::map<std::string, int64_t> counts;
  for (const pqxx::row& row : rows) {
    counts[row["key_id"].as<std::string>()] = row["rows"].as<int64_t>();
  }
  return counts;
}

}  // namespace callimport::credential_manager
