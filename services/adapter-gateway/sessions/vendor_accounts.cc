#include "services/adapter-gateway/sessions/vendor_accounts.h"

#include <string.h>

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "services/adapter-gateway/vendor/vendor_errors.h"

namespace callimport::adapter_gateway {
namespace {

std::string BaseUrl(const Platform& platform, const CredentialFields& fields) {
  std::string url = FieldOf(fields, "base_url");
  if (url.empty()) url = platform.descriptor.default_base_url();
  while (url.ends_with('/')) url.pop_back();
  return url;
}

// Two credentials that hold the same key share the vendor's budget, on all replicas. The key itself
// is not kept.
std::string AccountName(const Platform& platform, const CredentialFields& fields) {
  std::string all;
  for (const auto& [name, value] : fields) all += name + '=' + value.Reveal() + '\n';
  const std::string account = crypto::ToHex(crypto::Sha256("quota account\n" + all)).substr(0, 32);
  explicit_bzero(all.data(), all.size());
  return platform.descriptor.platform() + "/" + account;
}

// A text that PostgreSQL can hold, cut between two characters.
std::string Bounded(std::string text, size_t bytes) {
  std::erase(text, '\0');
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  return text;
}

}  // namespace

absl::StatusOr<AccountProfile> VendorAccount::CheckAccess(VendorSession& session) const {
  ASSIGN_OR_RETURN(AccountProfile profile, adapter().CheckAccess(session));
  profile.name = Bounded(std::move(profile.name), 256);
  profile.email = Bounded(std::move(profile.email), 320);
  return profile;
}

// An account that was approved is opened by its token, whatever the platform.
VendorSession::Headers VendorAccount::Authorization() const {
  const std::string token = FieldOf(access->fields, "access_token");
  return token.empty() ? adapter().Authorize(*access) : BearerAuthorization(token);
}

VendorSession VendorAccount::Session(const VendorLine& line, Patience patience) const {
  return {line, platform->terms, *access, Authorization(), std::move(patience), renew};
}

absl::StatusOr<VendorAccount> OpenAccount(const Platform& platform, CredentialFields fields,
                                          const std::string& account_name) {
  if (!platform.adapter) {
    return Error(absl::StatusCode::kFailedPrecondition, "PLATFORM_NOT_SUPPORTED",
                 "nothing can be imported from " + platform.descriptor.display_name() + " yet");
  }
  auto access = std::make_shared<Access>();
  access->platform = platform.descriptor.platform();
  access->base_url = BaseUrl(platform, fields);
  RETURN_IF_ERROR(platform.terms.egress.CheckApi(access->base_url).status());
  access->account = account_name.empty() ? AccountName(platform, fields) : account_name;
  access->fields = std::move(fields);
  return VendorAccount{&platform, std::move(access)};
}

absl::StatusOr<VendorAccount> VendorAccounts::Open(const std::string& workspace_id,
                                                   const std::string& credential_id) {
  ASSIGN_OR_RETURN(const auto lease, leases_.Borrow(workspace_id, credential_id));
  const Platform* platform = platforms_.Find(lease->platform);
  if (platform == nullptr) {
    return Error(absl::StatusCode::kFailedPrecondition, "PLATFORM_NOT_SUPPORTED",
                 "the platform of this credential is not in the catalog");
  }
  if (lease->generation == 0) return OpenAccount(*platform, lease->fields);
  // Tokens come and go; the quota is the account's.
  ASSIGN_OR_RETURN(VendorAccount account,
                   OpenAccount(*platform, lease->fields, lease->platform + "/" + credential_id));
  account.renew = [this, workspace_id, credential_id, platform,
                   generation = lease->generation]() -> absl::StatusOr<VendorSession::Headers> {
    ASSIGN_OR_RETURN(const auto renewed, leases_.Borrow(workspace_id, credential_id, generation));
    ASSIGN_OR_RETURN(const VendorAccount reopened,
                     OpenAccount(*platform, renewed->fields, "renewed"));
    return reopened.Authorization();
  };
  return account;
}

void VendorAccounts::Learn(const std::string& workspace_id, const std::string& credential_id,
                           const absl::Status& status) {
  if (IsInvalidKey(status)) leases_.Drop(workspace_id, credential_id);
}

}  // namespace callimport::adapter_gateway
