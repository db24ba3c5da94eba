#include "services/credential-manager/storage/credential_feed.h"

namespace callimport::credential_manager {

const feed::FeedTable& CredentialFeed() {
  static const feed::FeedTable table("credential_feed");
  return table;
}

v1::CredentialSummary ToSummary(const Credential& credential) {
  v1::CredentialSummary summary;
  summary.set_credential_id(credential.credential_id);
  summary.set_workspace_id(credential.workspace_id);
  summary.set_platform(credential.platform);
  summary.set_type(static_cast<v1::CredentialType>(credential.type));
  summary.set_retention(static_cast<v1::Retention>(credential.retention));
  summary.set_account_ref(credential.account_ref);
  summary.set_is_valid(credential.is_valid);
  return summary;
}

void Announce(pqxx::work& tx, const Credential& credential, v1::CredentialChange change) {
  v1::CredentialEvent event;
  event.set_change(change);
  *event.mutable_credential() = ToSummary(credential);
  CredentialFeed().Append(tx, credential.credential_id, event.SerializeAsString());
}

}  // namespace callimport::credential_manager
