// From a credential's id to an account that can be asked.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/adapter-gateway/platforms/platform_registry.h"
#include "services/adapter-gateway/sessions/access_leases.h"
#include "services/adapter-gateway/vendor/access.h"
#include "services/adapter-gateway/vendor/vendor_session.h"

namespace callimport::adapter_gateway {

struct VendorAccount {
  const Platform* platform;
  std::shared_ptr<const Access> access;
  // Of accounts whose tokens are renewed.
  VendorSession::Renew renew = nullptr;

  const PlatformAdapter& adapter() const { return *platform->adapter; }

  // What every request carries.
  VendorSession::Headers Authorization() const;

  // What the adapter finds out, as far as the vault can keep it.
  absl::StatusOr<AccountProfile> CheckAccess(VendorSession& session) const;

  // `line` and this must outlive the session.
  VendorSession Session(const VendorLine& line, Patience patience) const;
};

// FAILED_PRECONDITION (PLATFORM_NOT_SUPPORTED) when nothing can be imported from the platform,
// FAILED_PRECONDITION (ADDRESS_REFUSED) when the fields lead elsewhere.
// `account_name`: whose quota is spent; empty: that of everybody with the same fields.
absl::StatusOr<VendorAccount> OpenAccount(const Platform& platform, CredentialFields fields,
                                          const std::string& account_name = "");

class VendorAccounts {
 public:
  VendorAccounts(const PlatformRegistry& platforms, AccessLeases& leases)
      : platforms_(platforms), leases_(leases) {}

  // NOT_FOUND unless it is a credential of this workspace.
  absl::StatusOr<VendorAccount> Open(const std::string& workspace_id,
                                     const std::string& credential_id);

  // Looks at what the vendor said: a key that it refused is not used again from memory.
  void Learn(const std::string& workspace_id, const std::string& credential_id,
             const absl::Status& status);

 private:
  const PlatformRegistry& platforms_;
  AccessLeases& leases_;
};

}  // namespace callimport::adapter_gateway
