// Whether a credential can be used, in words for people.
#pragma once

#include <string>

#include "libs/common/clock.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

// The numbers are those of v1.CredentialHealth.State.
enum class HealthState {
  kOk = 1,
  kExpiring = 2,
  kExpired = 3,
  kRevoked = 4,
  kInsufficientScope = 5,
  kVendorDown = 6
};

struct Health {
  HealthState state = HealthState::kOk;
  std::string text;
  // Empty: there is nothing to do.
  std::string next_action;
};

// `lacks`: what does not work for want of a scope that an import needs; empty: nothing.
Health HealthOf(const Credential& credential, const std::string& lacks, Timestamp now);

// Whether anything should be tried with it.
bool IsValid(const Credential& credential, const Health& health);

}  // namespace callimport::credential_manager
