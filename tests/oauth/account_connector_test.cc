#include "services/credential-manager/oauth/account_connector.h"

#include <gmock/gmock.h>

#include "tests/oauth/vault_fixture.h"

namespace callimport::credential_manager {
namespace {

using namespace std::chrono_literals;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

class AccountConnectorTest : public VaultTest {};

TEST_F(AccountConnectorTest, StoresBothTokensSealedOnceTheyAreKept) {
  const Credential credential = Connect("gong");

  EXPECT_EQ(credential.type, CredentialType::kOAuth);
  EXPECT_EQ(credential.account_name, "Acme Inc");
  EXPECT_EQ(credential.account_email, "dana@acme.example");
  EXPECT_EQ(*credential.expires_at, clock_.Now() + 24h);
  EXPECT_EQ(credential.public_fields.at("base_url"),
            "http://localhost:" + std::to_string(vendors_->port()));
  ASSERT_TRUE(credential.tokens);
  EXPECT_EQ(credential.tokens->scopes.size(), 5u);
  const auto opened = replica_.store.Lease("acme", credential.credential_id, context_);
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(opened->secret_fields.at(kAccessToken).Reveal(), HasSubstr("fake-gong-access"));
  EXPECT_THAT(opened->secret_fields.at(kRefreshToken).Reveal(), HasSubstr("fake-gong-refresh"));
}

TEST_F(AccountConnectorTest, NoTableHoldsTokenCodeStateOrVerifierInClear) {
  const auto begun = replica_.connector.Begin(Wish("zoom_phone"), context_);
  ASSERT_THAT(begun, IsOk());
  const std::string state = begun->state.Reveal();
  Connect("gong");

  std::string all;
  for (const char* table : {"import_credentials", "credential_public_fields", "oauth_attempts",
                            "credential_secrets", "oauth_tokens", "store_requests", "audit_log"}) {
    all += Text("SELECT t::text FROM " + std::string(table) + " t");
  }

  EXPECT_THAT(all, Not(HasSubstr(state)));
  for (const char* kind : {"fake-gong-access", "fake-gong-refresh", "fake-gong-code"}) {
    EXPECT_THAT(all, Not(HasSubstr(kind)));
    EXPECT_THAT(all, Not(HasSubstr(postgres::ToBytea(kind).substr(2))));
  }
}

TEST_F(AccountConnectorTest, ExactlyTheScopesOfTheCatalogAreAskedFor) {
  const auto begun = replica_.connector.Begin(Wish("gong"), context_);
  ASSERT_THAT(begun, IsOk());

  std::string listed;
  for (const auto& scope : providers_.Find("gong")->terms.scopes()) {
    listed += (listed.empty() ? "" : "%20");
    for (const char c : scope.name()) listed += c == ':' ? "%3A" : std::string(1, c);
  }
  EXPECT_EQ(Parameter(begun->authorization_url, "scope"), listed);
}

TEST_F(AccountConnectorTest, TheAddressOfTheApprovalIsCompleteAndEncoded) {
  const auto gong = replica_.connector.Begin(Wish("gong"), context_);
  const auto ringcentral = replica_.connector.Begin(Wish("ringcentral"), context_);
  ASSERT_THAT(gong, IsOk());
  ASSERT_THAT(ringcentral, IsOk());

  const std::string& url = gong->authorization_url;
  EXPECT_EQ(Parameter(url, "response_type"), "code");
  EXPECT_EQ(Parameter(url, "client_id"), "fake-client");
  EXPECT_EQ(Parameter(url, "redirect_uri"),
            "http%3A%2F%2F127.0.0.1%3A17302%2Foauth%2Fcallback%2Fgong");
  EXPECT_THAT(Parameter(url, "scope"), HasSubstr("api%3Acalls%3Aread%3Abasic%20api%3Acalls"));
  EXPECT_EQ(Parameter(url, "state"), gong->state.Reveal());
  EXPECT_EQ(gong->state.Reveal().size(), 43u);
  EXPECT_THAT(url, Not(HasSubstr("code_challenge")));
  EXPECT_EQ(Parameter(ringcentral->authorization_url, "code_challenge").size(), 43u);
  EXPECT_EQ(Parameter(ringcentral->authorization_url, "code_challenge_method"), "S256");
}

TEST_F(AccountConnectorTest, AStateLivesTenMinutes) {
  const auto first = replica_.connector.Begin(Wish("gong"), context_);
  const auto second = replica_.connector.Begin(Wish("gong"), context_);
  const std::string first_back = Approve(first->authorization_url);
  const std::string second_back = Approve(second->authorization_url);

  clock_.Advance(9min + 59s);
  const auto in_time = replica_.connector.Complete(Back("gong", first_back), context_);
  clock_.Advance(2s);
  const auto too_late = replica_.connector.Complete(Back("gong", second_back), context_);

  ASSERT_THAT(in_time, IsOk());
  EXPECT_EQ(in_time->attempt.phase, OAuthAttempt::Phase::kGranted);
  EXPECT_THAT(too_late, HasReason("OAUTH_STATE_INVALID"));
  EXPECT_EQ(vendors_->gong_oauth().token_requests(), 1);
}

TEST_F(AccountConnectorTest, AStateIsGoodForOneUseByWhoBeganForThePlatformItWasMadeFor) {
  const auto back_of = [&] {
    return Back("gong",
                Approve(replica_.connector.Begin(Wish("gong"), context_)->authorization_url));
  };
  BrowserReturn unknown = back_of();
  unknown.state = Secret(std::string(43, 'x'));
  BrowserReturn other_platform = back_of();
  other_platform.platform = "zoom_phone";
  BrowserReturn other_workspace = back_of();
  other_workspace.actor = Owner{.kind = 1, .name = "dana"};
  other_workspace.workspace_id = "globex";
  BrowserReturn other_person = back_of();
  other_person.actor = Owner{.kind = 1, .name = "eve"};
  other_person.workspace_id = "acme";
  BrowserReturn other_address = back_of();
  other_address.redirect_uri = "https://calls.example/oauth/callback/gong";

  for (const BrowserReturn& bad :
       {unknown, other_platform, other_workspace, other_person, other_address}) {
    EXPECT_THAT(replica_.connector.Complete(bad, context_), HasReason("OAUTH_STATE_INVALID"));
  }
  // A state that was tried by somebody else is used up.
  other_person.actor->name = "dana";
  EXPECT_THAT(replica_.connector.Complete(other_person, context_),
              HasReason("OAUTH_STATE_INVALID"));
  EXPECT_EQ(vendors_->gong_oauth().token_requests(), 0);

  const BrowserReturn good = back_of();
  EXPECT_THAT(replica_.connector.Complete(good, context_), IsOk());
  EXPECT_THAT(replica_.connector.Complete(good, context_), HasReason("OAUTH_STATE_INVALID"));
  EXPECT_EQ(vendors_->gong_oauth().token_requests(), 1);
}

TEST_F(AccountConnectorTest, LeadsBackOnlyWhereItIsAllowed) {
  ConnectWish wish = Wish("gong");
  wish.redirect_uri = "https://calls.example/oauth/callback/gong";
  EXPECT_THAT(replica_.connector.Begin(wish, context_), IsOk());

  for (const char* elsewhere :
       {"https://calls.example/oauth/callback/gong/", "https://calls.example/oauth/callback/zoom",
        "https://calls.example.evil/oauth/callback/gong", "https://evil.example"}) {
    wish.redirect_uri = elsewhere;
    EXPECT_THAT(replica_.connector.Begin(wish, context_), HasReason("REDIRECT_NOT_ALLOWED"));
  }
}

TEST_F(AccountConnectorTest, APersonMaySayNo) {
  vendors_->gong_oauth().Deny(true);
  const auto begun = replica_.connector.Begin(Wish("gong"), context_);

  const auto back =
      replica_.connector.Complete(Back("gong", Approve(begun->authorization_url)), context_);

  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->attempt.phase, OAuthAttempt::Phase::kFailed);
  EXPECT_EQ(back->attempt.failure_reason, "OAUTH_DENIED");
  EXPECT_EQ(vendors_->gong_oauth().token_requests(), 0);
}

TEST_F(AccountConnectorTest, NothingIsStoredOfWhatIsNotKept) {
  const auto begun = replica_.connector.Begin(Wish("ringcentral"), context_);
  const auto granted =
      replica_.connector.Complete(Back("ringcentral", Approve(begun->authorization_url)), context_);
  ASSERT_THAT(granted, IsOk());
  const std::string access = granted->access.at(kAccessToken).Reveal();
  ASSERT_TRUE(vendors_->ringcentral_oauth().Accepts(access));

  ASSERT_THAT(replica_.connector.Drop("acme", granted->attempt.attempt_id, "MISSING_PERMISSION",
                                      "no", context_),
              IsOk());

  EXPECT_EQ(Text("SELECT count(*) FROM import_credentials"), "0\n");
  EXPECT_EQ(Text("SELECT count(*) FROM oauth_attempts WHERE ciphertext IS NOT NULL"), "0\n");
  EXPECT_FALSE(vendors_->ringcentral_oauth().Accepts(access));
  EXPECT_THAT(replica_.connector.Keep("acme", granted->attempt.attempt_id, {}, context_),
              HasReason("OAUTH_ATTEMPT_OVER"));
  EXPECT_THAT(replica_.connector.Keep("globex", granted->attempt.attempt_id, {}, context_),
              HasReason("OAUTH_ATTEMPT_NOT_FOUND"));
}

TEST_F(AccountConnectorTest, WhatNobodyCompletesIsDropped) {
  const auto begun = replica_.connector.Begin(Wish("ringcentral"), context_);
  const auto granted =
      replica_.connector.Complete(Back("ringcentral", Approve(begun->authorization_url)), context_);
  replica_.connector.Begin(Wish("gong"), context_).IgnoreError();
  clock_.Advance(11min);

  ASSERT_THAT(replica_.connector.DropExpired(), IsOk());

  EXPECT_EQ(Text("SELECT count(*) FROM oauth_attempts WHERE ciphertext IS NOT NULL"), "0\n");
  EXPECT_FALSE(vendors_->ringcentral_oauth().Accepts(granted->access.at(kAccessToken).Reveal()));
  const auto attempt = replica_.connector.Find("acme", granted->attempt.attempt_id);
  ASSERT_THAT(attempt, IsOk());
  EXPECT_EQ(attempt->failure_reason, "OAUTH_ATTEMPT_OVER");
}

TEST_F(AccountConnectorTest, KeepsSeveralAccountsApart) {
  const Credential first = Connect("gong");
  ConnectWish wish = Wish("gong");
  wish.account_ref = "emea";
  const auto begun = replica_.connector.Begin(wish, context_);
  const auto granted =
      replica_.connector.Complete(Back("gong", Approve(begun->authorization_url)), context_);
  const std::string attempt = granted->attempt.attempt_id;
  const auto second = replica_.connector.Keep("acme", attempt, {}, context_);
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(second->credential_id, first.credential_id);
  EXPECT_EQ(second->account_ref, "emea");
  // Said twice, done once.
  EXPECT_EQ(replica_.connector.Keep("acme", attempt, {}, context_)->credential_id,
            second->credential_id);

  const auto again = replica_.connector.Begin(wish, context_);
  const auto third =
      replica_.connector.Complete(Back("gong", Approve(again->authorization_url)), context_);
  EXPECT_THAT(replica_.connector.Keep("acme", third->attempt.attempt_id, {}, context_),
              HasReason("CREDENTIAL_EXISTS"));
}

TEST_F(AccountConnectorTest, AccountsOfServersNeedNoBrowser) {
  const auto zoom = replica_.connector.Request(
      Wish("zoom_phone"), GrantKind::kAccountCredentials,
      {{"client_secret", Secret("fake-client-secret")}},
      {{"client_id", "fake-client"}, {"account_id", "fake-account"}}, context_);
  ASSERT_THAT(zoom, IsOk());
  ASSERT_EQ(zoom->attempt.phase, OAuthAttempt::Phase::kGranted);
  const auto kept =
      replica_.connector.Keep("acme", zoom->attempt.attempt_id, {"Acme", ""}, context_);
  ASSERT_THAT(kept, IsOk());
  EXPECT_TRUE(kept->tokens->refreshable);
  EXPECT_EQ(kept->public_fields.at("account_id"), "fake-account");
  EXPECT_EQ(kept->public_fields.count("client_secret"), 0u);

  const auto ringcentral = replica_.connector.Request(Wish("ringcentral"), GrantKind::kJwtBearer,
                                                      {{"jwt", Secret("fake-jwt")}}, {}, context_);
  ASSERT_THAT(ringcentral, IsOk());
  EXPECT_EQ(ringcentral->attempt.phase, OAuthAttempt::Phase::kGranted);

  const auto wrong = replica_.connector.Request(Wish("ringcentral"), GrantKind::kJwtBearer,
                                                {{"jwt", Secret("stolen-canary")}}, {}, context_);
  ASSERT_THAT(wrong, IsOk());
  EXPECT_EQ(wrong->attempt.failure_reason, "OAUTH_REFUSED");
  EXPECT_THAT(wrong->attempt.failure_text, Not(HasSubstr("canary")));
}

TEST_F(AccountConnectorTest, NamesWhatWasNotGrantedAndWhatThatDisables) {
  vendors_->gong_oauth().SetScopes("api:calls:read:basic api:calls:read:extensive");

  const Credential credential = Connect("gong");

  const auto missing = providers_.Missing("gong", credential.tokens->scopes);
  ASSERT_EQ(missing.size(), 3u);
  EXPECT_EQ(missing[0].scope, "api:calls:read:media-url");
  EXPECT_EQ(missing[0].disables, "Recordings cannot be downloaded.");
  EXPECT_TRUE(missing[0].required);
  EXPECT_FALSE(missing[1].required);
}

}  // namespace
}  // namespace callimport::credential_manager
