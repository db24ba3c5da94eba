#include "services/credential-manager/oauth/token_revoker.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"

namespace callimport::credential_manager {
namespace {

constexpr int kThreads = 2;
constexpr size_t kMaxWaiting = 1'000;

}  // namespace

TokenRevoker::TokenRevoker(CredentialStore& store, const Sealer& sealer,
                           const OAuthProviders& providers, OAuthClient& client)
    : store_(store),
      sealer_(sealer),
      providers_(providers),
      client_(client),
      threads_(kThreads, kMaxWaiting) {}

void TokenRevoker::RevokeLater(DeletedTokens deleted, const AuditContext& context) {
  const std::string id = deleted.credential.credential_id;
  const bool taken =
      threads_.Post([this, deleted = std::move(deleted), context] { Revoke(deleted, context); });
  if (!taken) log::Warning("tokens are not revoked, too many wait", {{"credential_id", id}});
}

void TokenRevoker::Revoke(const DeletedTokens& deleted, const AuditContext& context) {
  const CorrelationScope scope(context.correlation_id);
  const auto revoked = AskVendor(deleted);
  if (revoked.ok() && !*revoked) return;
  if (!revoked.ok()) {
    log::Warning("the tokens of a deleted credential could not be revoked",
                 {{"credential_id", deleted.credential.credential_id},
                  {"platform", deleted.credential.platform},
                  {"status", revoked.status()}});
  }
  const absl::Status recorded = store_.RecordRevocation(
      deleted.credential, revoked.ok() ? "revoked" : ReasonOf(revoked.status()), context);
  if (!recorded.ok()) log::Error("a revocation was not recorded", {{"status", recorded}});
}

absl::StatusOr<bool> TokenRevoker::AskVendor(const DeletedTokens& deleted) {
  const Credential& credential = deleted.credential;
  const OAuthProvider* provider = providers_.Find(credential.platform);
  if (provider == nullptr || provider->terms.revocation_url().empty()) return false;
  ASSIGN_OR_RETURN(
      const SecretFields secrets,
      sealer_.Open({credential.workspace_id, credential.platform, credential.credential_id},
                   deleted.tokens));
  return client_.Revoke(*provider, secrets, credential.public_fields);
}

}  // namespace callimport::credential_manager
