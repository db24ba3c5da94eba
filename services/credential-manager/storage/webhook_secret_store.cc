#include "services/credential-manager/storage/webhook_secret_store.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/requests_table.h"
#include "services/credential-manager/storage/webhook_secrets_table.h"

namespace callimport::credential_manager {
namespace {

constexpr char kField[] = "secret";
constexpr int kAtOnce = 100;

absl::Status NotFound(const std::string& id) {
  return Error(absl::StatusCode::kNotFound, "WEBHOOK_SECRET_NOT_FOUND", "no webhook secret " + id);
}

absl::Status RequestIdReused() {
  return Error(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
               "this request_id was used with other contents");
}

absl::StatusOr<Secret> OpenText(const Sealer& sealer, const WebhookSecretRow& row) {
  ASSIGN_OR_RETURN(SecretFields fields, sealer.Open(OwnerOf(row.facts), row.envelope));
  return fields[kField];
}

bool IsSame(const WebhookSource& a, const WebhookSource& b) {
  return a.platform == b.platform && a.name == b.name && a.workspace_id == b.workspace_id;
}

AuditEntry EntryOf(const WebhookSecret& secret, const std::string& action,
                   const std::string& detail) {
  return {.workspace_id = secret.source.workspace_id,
          .credential_id = secret.webhook_secret_id,
          .action = action,
          .detail = detail};
}

absl::StatusOr<WebhookSecret> Repeated(const Sealer& sealer, const WebhookSecretRow& first,
                                       const WebhookSource& source, const Secret& text) {
  if (!IsSame(first.facts.source, source)) return RequestIdReused();
  // Of a retired one nothing is left to compare with.
  if (first.facts.retired_at) return first.facts;
  ASSIGN_OR_RETURN(const Secret stored, OpenText(sealer, first));
  if (stored.Reveal() != text.Reveal()) return RequestIdReused();
  return first.facts;
}

std::vector<WebhookSecret> FactsOf(const std::vector<WebhookSecretRow>& rows) {
  std::vector<WebhookSecret> facts;
  for (const WebhookSecretRow& row : rows) facts.push_back(row.facts);
  return facts;
}

}  // namespace

absl::StatusOr<WebhookSecret> WebhookSecretStore::Store(const WebhookSource& source,
                                                        const std::string& request_id,
                                                        const Secret& text,
                                                        const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<WebhookSecret> {
    LockName(tx, source.workspace_id, "webhook/" + source.platform + "/" + source.name);
    LockName(tx, source.workspace_id, "webhook-request/" + request_id);
    if (const auto first = FindByRequest(tx, source.workspace_id, request_id)) {
      return Repeated(sealer_, *first, source, text);
    }
    const WebhookSecret secret{.webhook_secret_id = NewUuid(),
                               .source = source,
                               .created_at = clock_.Now(),
                               .last_used_at = {},
                               .retired_at = {}};
    std::vector<AuditedAct> acts;
    for (const WebhookSecret& old : MakeRoom(FactsOf(ListLiveSecrets(tx, source)))) {
      credential_manager::Retire(tx, old.webhook_secret_id, clock_.Now());
      acts.push_back({EntryOf(old, "retire-webhook-secret", "made room"), context});
    }
    RETURN_IF_ERROR(InsertWebhookSecret(tx, sealer_, secret, request_id, text));
    acts.push_back({EntryOf(secret, "store-webhook-secret", source.name), context});
    AppendAudit(tx, acts);
    return secret;
  });
}

absl::StatusOr<std::vector<WebhookSecretStore::Opened>> WebhookSecretStore::Lease(
    const WebhookSource& source, const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::vector<Opened>> {
    std::vector<Opened> opened;
    std::vector<AuditedAct> acts;
    absl::Status problem;
    for (const WebhookSecretRow& row : ListLiveSecrets(tx, source)) {
      auto text = OpenText(sealer_, row);
      problem.Update(text.status());
      if (!text.ok()) continue;
      opened.push_back({.facts = row.facts, .text = *std::move(text)});
      acts.push_back({EntryOf(row.facts, "lease-webhook-secret", source.name), context});
    }
    if (opened.empty()) {
      RETURN_IF_ERROR(problem);
      return opened;
    }
    AppendAudit(tx, acts);
    return opened;
  });
}

absl::Status WebhookSecretStore::RecordUse(const std::string& workspace_id,
                                           const std::string& webhook_secret_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    if (!FindWebhookSecret(tx, workspace_id, webhook_secret_id)) return NotFound(webhook_secret_id);
    MarkUsed(tx, webhook_secret_id, clock_.Now());
    return absl::OkStatus();
  });
}

absl::Status WebhookSecretStore::Retire(const std::string& workspace_id,
                                        const std::string& webhook_secret_id,
                                        const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    const auto row = FindWebhookSecret(tx, workspace_id, webhook_secret_id);
    if (!row) return NotFound(webhook_secret_id);
    if (credential_manager::Retire(tx, webhook_secret_id, clock_.Now())) {
      AppendAudit(tx, EntryOf(row->facts, "retire-webhook-secret", "asked for"), context);
    }
    return absl::OkStatus();
  });
}

absl::Status WebhookSecretStore::RetireReplaced(std::chrono::seconds quiet) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    std::vector<AuditedAct> acts;
    for (const WebhookSecret& old : ListReplaced(tx, clock_.Now() - quiet, kAtOnce)) {
      if (!credential_manager::Retire(tx, old.webhook_secret_id, clock_.Now())) continue;
      acts.push_back({EntryOf(old, "retire-webhook-secret", "a newer one is in use"),
                      {"service/credential-manager", ""}});
    }
    if (!acts.empty()) AppendAudit(tx, acts);
    return absl::OkStatus();
  });
}

}  // namespace callimport::credential_manager
