// Secrets of accounts, borrowed from the vault and kept for a short while: one rpc to the vault
// serves everybody who needs the same account at that time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "libs/clients/credential_manager/credential_vault_client.h"
#include "libs/common/clock.h"
#include "libs/common/single_flight.h"
#include "services/adapter-gateway/vendor/access.h"

namespace callimport::adapter_gateway {

class AccessLeases {
 public:
  struct Lease {
    std::string platform;
    CredentialFields fields;
    // Of an access token, which the vault renews; 0: the secret is none.
    int64_t generation = 0;
  };

  AccessLeases(credential_manager::CredentialVaultClient& vault, const Clock& clock)
      : vault_(vault), clock_(clock), flights_(kManyLeases, [this](const Borrowed& borrowed) {
          return clock_.Now() >= borrowed.until;
        }) {}

  // What the vault says: NOT_FOUND, DATA_LOSS (CREDENTIAL_UNREADABLE), UNAVAILABLE.
  // `refused`: the vendor has refused the token of this generation, so another is wanted.
  absl::StatusOr<std::shared_ptr<const Lease>> Borrow(const std::string& workspace_id,
                                                      const std::string& credential_id,
                                                      int64_t refused = 0);

  // The vendor refused it, or it was replaced: the next Borrow() asks the vault.
  void Drop(const std::string& workspace_id, const std::string& credential_id);

 private:
  using Key = std::pair<std::string, std::string>;
  struct Borrowed {
    absl::StatusOr<std::shared_ptr<const Lease>> lease;
    Timestamp until;
  };
  static constexpr size_t kManyLeases = 4096;

  Borrowed AskVault(const Key& key, int64_t refused) const;
  bool IsGood(const Borrowed& borrowed, int64_t refused) const;

  credential_manager::CredentialVaultClient& vault_;
  const Clock& clock_;
  SingleFlight<Key, Borrowed> flights_;
};

}  // namespace callimport::adapter_gateway
