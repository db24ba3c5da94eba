#include "services/credential-manager/domain/health.h"

namespace callimport::credential_manager {
namespace {

constexpr char kConnectAgain[] = "Connect the account again.";
// Who has to renew a token by hand wants to know some days before.
constexpr auto kSoonByHand = std::chrono::hours(72);

bool IsRefreshable(const Credential& credential) {
  return credential.tokens && credential.tokens->refreshable;
}

Health OfRefusal(const Credential& credential) {
  if (credential.refusal_reason == "MISSING_PERMISSION") {
    return {HealthState::kInsufficientScope,
            "The vendor knows the credential, but does not allow what an import needs.",
            "Give it the permissions that an import needs, or remove a list of trusted addresses."};
  }
  return {HealthState::kRevoked, "The vendor refused the credential when it was verified last.",
          "Connect the account again with a credential that is in force."};
}

Health OfNoToken(const TokenFacts& tokens, bool expired) {
  if (tokens.problem == TokenProblem::kClientRefused) {
    return {HealthState::kVendorDown, "The token cannot be renewed: " + tokens.problem_text + ".",
            "Ask the operator to check oauth_clients_file."};
  }
  if (tokens.problem == TokenProblem::kVendorDown) {
    return {HealthState::kVendorDown,
            "The token cannot be renewed now: " + tokens.problem_text + ".",
            expired ? "Wait: it is tried again by itself." : ""};
  }
  return {expired ? HealthState::kExpired : HealthState::kExpiring,
          "A renewal of the token was interrupted, and its outcome was lost.",
          "Wait: it is tried once more by itself. If the vendor refuses that, connect the account "
          "again."};
}

}  // namespace

Health HealthOf(const Credential& credential, const std::string& lacks, Timestamp now) {
  const auto& tokens = credential.tokens;
  const bool expired = credential.expires_at && *credential.expires_at <= now;
  if (tokens && tokens->problem == TokenProblem::kRevoked) {
    return {HealthState::kRevoked, tokens->problem_text, kConnectAgain};
  }
  if (!credential.is_valid) return OfRefusal(credential);
  if (tokens && (tokens->problem != TokenProblem::kNone || tokens->outcome_unknown)) {
    return OfNoToken(*tokens, expired);
  }
  if (expired && !IsRefreshable(credential)) {
    return {HealthState::kExpired, "It has expired.", kConnectAgain};
  }
  if (expired) return {HealthState::kExpiring, "Its token is renewed when it is used next.", ""};
  if (!lacks.empty()) {
    return {HealthState::kInsufficientScope, "Not everything was approved. " + lacks,
            "Connect the account again, and approve everything that is asked for."};
  }
  if (credential.expires_at && !IsRefreshable(credential) &&
      *credential.expires_at - now < kSoonByHand) {
    return {HealthState::kExpiring, "It expires soon, and nothing renews it.", kConnectAgain};
  }
  return {HealthState::kOk, "It can be used.", ""};
}

bool IsValid(const Credential& credential, const Health& health) {
  return credential.is_valid && health.state != HealthState::kRevoked &&
         health.state != HealthState::kExpired;
}

}  // namespace callimport::credential_manager
