#include "services/credential-manager/domain/health.h"

#include <gmock/gmock.h>

namespace callimport::credential_manager {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Timestamp kNow(std::chrono::seconds(1'767'225'600));

Credential Key() { return {}; }

Credential Token(std::chrono::seconds left, bool refreshable = true) {
  Credential credential;
  credential.type = CredentialType::kOAuth;
  credential.expires_at = kNow + left;
  credential.tokens = TokenFacts{};
  credential.tokens->refreshable = refreshable;
  return credential;
}

HealthState StateOf(const Credential& credential, const std::string& lacks = "") {
  return HealthOf(credential, lacks, kNow).state;
}

TEST(HealthTest, AKeyThatTheVendorTakesIsFine) {
  EXPECT_EQ(StateOf(Key()), HealthState::kOk);
  EXPECT_THAT(HealthOf(Key(), "", kNow).next_action, IsEmpty());
  EXPECT_EQ(StateOf(Token(1h)), HealthState::kOk);
}

TEST(HealthTest, TellsWhyTheVendorRefusedIt) {
  Credential refused = Key();
  refused.is_valid = false;
  refused.refusal_reason = "INVALID_KEY";
  EXPECT_EQ(StateOf(refused), HealthState::kRevoked);
  refused.refusal_reason = "MISSING_PERMISSION";
  EXPECT_EQ(StateOf(refused), HealthState::kInsufficientScope);
  EXPECT_FALSE(IsValid(refused, HealthOf(refused, "", kNow)));
}

TEST(HealthTest, WhatNothingRenewsExpires) {
  EXPECT_EQ(StateOf(Token(80h, false)), HealthState::kOk);
  EXPECT_EQ(StateOf(Token(1h, false)), HealthState::kExpiring);
  EXPECT_EQ(StateOf(Token(-1s, false)), HealthState::kExpired);
  const Credential expired = Token(-1s, false);
  EXPECT_FALSE(IsValid(expired, HealthOf(expired, "", kNow)));
}

TEST(HealthTest, WhatIsRenewedStaysValid) {
  const Credential expired = Token(-1s);
  EXPECT_TRUE(IsValid(expired, HealthOf(expired, "", kNow)));
}

TEST(HealthTest, EveryProblemOfARenewalSaysWhatToDo) {
  Credential credential = Token(-1s);
  credential.tokens->problem_text = "why";
  const auto of = [&](TokenProblem problem) {
    credential.tokens->problem = problem;
    return HealthOf(credential, "", kNow);
  };
  EXPECT_EQ(of(TokenProblem::kRevoked).state, HealthState::kRevoked);
  EXPECT_EQ(of(TokenProblem::kVendorDown).state, HealthState::kVendorDown);
  EXPECT_EQ(of(TokenProblem::kClientRefused).state, HealthState::kVendorDown);
  for (const auto problem :
       {TokenProblem::kRevoked, TokenProblem::kVendorDown, TokenProblem::kClientRefused}) {
    EXPECT_THAT(of(problem).text, HasSubstr("why"));
    EXPECT_THAT(of(problem).next_action, Not(IsEmpty()));
  }
  credential.tokens->problem = TokenProblem::kNone;
  credential.tokens->outcome_unknown = true;
  EXPECT_EQ(StateOf(credential), HealthState::kExpired);
  EXPECT_THAT(HealthOf(credential, "", kNow).text, HasSubstr("interrupted"));
}

TEST(HealthTest, AMissingScopeSaysWhatItDisables) {
  const Health health = HealthOf(Token(1h), "Recordings cannot be downloaded.", kNow);
  EXPECT_EQ(health.state, HealthState::kInsufficientScope);
  EXPECT_THAT(health.text, HasSubstr("Recordings cannot be downloaded."));
}

}  // namespace
}  // namespace callimport::credential_manager
