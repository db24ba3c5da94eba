// The SQL of webhook_secrets. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/common/clock.h"
#include "services/credential-manager/domain/webhook_secret.h"
#include "services/credential-manager/storage/sealed_rows.h"

namespace callimport::credential_manager {

// The row, and what is sealed in it.
struct WebhookSecretRow {
  WebhookSecret facts;
  crypto::Envelope envelope;
};

SealedFor OwnerOf(const WebhookSecret& secret);

absl::Status InsertWebhookSecret(pqxx::work& tx, const Sealer& sealer, const WebhookSecret& secret,
                                 const std::string& request_id, const Secret& text);

// The one that was stored by this request, retired or not.
std::optional<WebhookSecretRow> FindByRequest(pqxx::work& tx, const std::string& workspace_id,
                                              const std::string& request_id);
std::optional<WebhookSecretRow> FindWebhookSecret(pqxx::work& tx, const std::string& workspace_id,
                                                  const std::string& webhook_secret_id);

// Newest first.
std::vector<WebhookSecretRow> ListLiveSecrets(pqxx::work& tx, const WebhookSource& source);

void MarkUsed(pqxx::work& tx, const std::string& webhook_secret_id, Timestamp now);

// Destroys what is sealed. False when it is retired already.
bool Retire(pqxx::work& tx, const std::string& webhook_secret_id, Timestamp now);

// Live ones with a newer one that has been in use since before `quiet_since`, and that were not
// used themselves since then.
std::vector<WebhookSecret> ListReplaced(pqxx::work& tx, Timestamp quiet_since, int limit);

// The same table for rotations.
const SealedRows& WebhookSecretRows();

}  // namespace callimport::credential_manager
