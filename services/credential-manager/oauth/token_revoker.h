// Asks vendors to forget the tokens of credentials that were deleted: once, in the background, and
// for the audit log. Nobody waits for a vendor; a process that ends meanwhile asks no more.
#pragma once

#include "libs/common/thread_pool.h"
#include "services/credential-manager/oauth/oauth_client.h"
#include "services/credential-manager/oauth/providers.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {

class TokenRevoker {
 public:
  TokenRevoker(CredentialStore& store, const Sealer& sealer, const OAuthProviders& providers,
               OAuthClient& client);

  // Returns at once. `context` names whoever deleted them.
  void RevokeLater(DeletedTokens deleted, const AuditContext& context);

 private:
  void Revoke(const DeletedTokens& deleted, const AuditContext& context);
  absl::StatusOr<bool> AskVendor(const DeletedTokens& deleted);

  CredentialStore& store_;
  const Sealer& sealer_;
  const OAuthProviders& providers_;
  OAuthClient& client_;
  ThreadPool threads_;  // last: they use the above
};

}  // namespace callimport::credential_manager
