#include "services/credential-manager/storage/lease_batch.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credentials_table.h"
#include "services/credential-manager/storage/secrets_table.h"

namespace callimport::credential_manager {
namespace {

using Opened = absl::StatusOr<OpenedCredential>;

// As the database writes a UUID.
std::string Lower(std::string id) {
  std::ranges::transform(
      id, id.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return id;
}

Opened Open(pqxx::work& tx, const Sealer& sealer, Credential credential,
            const crypto::Envelope& envelope) {
  const SealedFor owner{credential.workspace_id, credential.platform, credential.credential_id};
  ASSIGN_OR_RETURN(SecretFields fields, sealer.Open(owner, envelope));
  if (Sealer::IsOutdated(envelope)) {
    RETURN_IF_ERROR(SealAnew(tx, sealer, owner, envelope, fields).status());
  }
  return OpenedCredential{std::move(credential), std::move(fields)};
}

struct Found {
  std::string workspace_id;
  Opened opened;
};

// Each credential is read and opened once, however many ask for it.
std::map<std::string, Found> OpenAll(pqxx::work& tx, const Sealer& sealer,
                                     const std::set<std::string>& ids) {
  const std::vector<std::string> list(ids.begin(), ids.end());
  auto credentials = FindCredentials(tx, list);
  const auto envelopes = FindSecrets(tx, list);
  std::map<std::string, Found> found;
  for (auto& [id, credential] : credentials) {
    const auto envelope = envelopes.find(id);
    if (envelope == envelopes.end()) continue;
    const std::string workspace_id = credential.workspace_id;
    found.emplace(id,
                  Found{workspace_id, Open(tx, sealer, std::move(credential), envelope->second)});
  }
  return found;
}

AuditedAct LeaseOf(const LeaseRequest& request, const std::string& credential_id) {
  return {.entry = {.workspace_id = request.workspace_id,
                    .credential_id = credential_id,
                    .action = "lease",
                    .detail = ""},
          .context = request.context};
}

}  // namespace

std::vector<Opened> LeaseBatch(pqxx::work& tx, const Sealer& sealer,
                               const std::vector<LeaseRequest>& requests) {
  std::set<std::string> ids;
  for (const LeaseRequest& request : requests) ids.insert(Lower(request.credential_id));
  const auto all = OpenAll(tx, sealer, ids);

  std::vector<Opened> results;
  std::vector<AuditedAct> leased;
  for (const LeaseRequest& request : requests) {
    const auto found = all.find(Lower(request.credential_id));
    if (found == all.end() || found->second.workspace_id != request.workspace_id) {
      results.push_back(CredentialNotFound(request.credential_id));
      continue;
    }
    results.push_back(found->second.opened);
    if (results.back().ok()) leased.push_back(LeaseOf(request, found->first));
  }
  if (!leased.empty()) AppendAudit(tx, leased);
  return results;
}

}  // namespace callimport::credential_manager
