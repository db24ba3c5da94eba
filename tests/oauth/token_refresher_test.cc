#include "services/credential-manager/oauth/token_refresher.h"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <thread>

#include "libs/common/errors.h"
#include "tests/oauth/vault_fixture.h"

namespace callimport::credential_manager {
namespace {

using namespace std::chrono_literals;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using ::testing::HasSubstr;

class TokenRefresherTest : public VaultTest {
 protected:
  TokenFacts FactsOf(const std::string& id) { return *replica_.store.Find("acme", id)->tokens; }
};

TEST_F(TokenRefresherTest, FiftyCallersOnThreeReplicasAskTheVendorOnce) {
  const std::string id = Connect("ringcentral").credential_id;
  clock_.Advance(2h);
  std::vector<std::unique_ptr<postgres::Pool>> pools;
  std::vector<std::unique_ptr<Replica>> replicas;
  for (int i = 0; i < 3; ++i) {
    pools.push_back(*postgres::Pool::Open(database()));
    replicas.push_back(std::make_unique<Replica>(*pools.back(), sealer_, providers_, clock_));
  }
  std::latch together(50);
  std::atomic<int> fine{0};
  {
    std::vector<std::jthread> callers;
    callers.reserve(50);
    for (size_t i = 0; i < 50; ++i) {
      callers.emplace_back([&, i] {
        Replica& replica = *replicas[i % 3];
        together.arrive_and_wait();
        if (!replica.refresher.Freshen("acme", id, {}, context_).ok()) return;
        const auto opened = replica.store.Lease("acme", id, context_);
        const std::string token = opened->secret_fields.at(kAccessToken).Reveal();
        if (vendors_->ringcentral_oauth().Accepts(token)) ++fine;
      });
    }
  }

  EXPECT_EQ(fine, 50);
  EXPECT_EQ(vendors_->ringcentral_oauth().refreshes(), 1);
  EXPECT_EQ(FactsOf(id).generation, 2);
}

TEST_F(TokenRefresherTest, AFreshTokenIsLeftAlone) {
  const std::string id = Connect("gong").credential_id;
  clock_.Advance(12h);

  EXPECT_THAT(Freshen(id), IsOk());
  EXPECT_EQ(vendors_->gong_oauth().refreshes(), 0);
}

TEST_F(TokenRefresherTest, RenewsBeforeTheEndInTheBackground) {
  const std::string id = Connect("ringcentral").credential_id;
  clock_.Advance(40min);
  EXPECT_THAT(replica_.refresher.RenewDue(), IsOk());
  EXPECT_EQ(vendors_->ringcentral_oauth().refreshes(), 0);

  clock_.Advance(9min);  // 49 of 60: past 80 %
  EXPECT_THAT(replica_.refresher.RenewDue(), IsOk());
  EXPECT_THAT(replica_.refresher.RenewDue(), IsOk());

  EXPECT_EQ(vendors_->ringcentral_oauth().refreshes(), 1);
  EXPECT_EQ(*replica_.store.Find("acme", id)->expires_at, clock_.Now() + 1h);
}

TEST_F(TokenRefresherTest, RenewsAtOnceWhatTheVendorRefuses) {
  const std::string id = Connect("ringcentral").credential_id;
  const std::string before = AccessTokenOf(id);

  EXPECT_THAT(Freshen(id, {.refused_generation = 1}), IsOk());
  EXPECT_THAT(Freshen(id, {.refused_generation = 1}), IsOk());

  EXPECT_NE(AccessTokenOf(id), before);
  EXPECT_EQ(vendors_->ringcentral_oauth().refreshes(), 1);
}

TEST_F(TokenRefresherTest, WithoutANewRefreshTokenTheOldOneGoesOn) {
  const auto zoom = replica_.connector.Request(
      Wish("zoom_phone"), GrantKind::kAccountCredentials,
      {{"client_secret", Secret("fake-client-secret")}},
      {{"client_id", "fake-client"}, {"account_id", "fake-account"}}, context_);
  const auto kept = replica_.connector.Keep("acme", zoom->attempt.attempt_id, {}, context_);
  ASSERT_THAT(kept, IsOk());

  for (int hour = 0; hour < 3; ++hour) {
    clock_.Advance(1h);
    EXPECT_THAT(Freshen(kept->credential_id), IsOk());
    EXPECT_TRUE(vendors_->zoom_oauth().Accepts(AccessTokenOf(kept->credential_id)));
  }
  EXPECT_EQ(vendors_->zoom_oauth().token_requests(), 4);

  // A claim by hand: what comes back names no refresh token.
  const std::string id = Connect("gong").credential_id;
  const auto refresh_token = [&] {
    return replica_.store.Lease("acme", id, context_)->secret_fields.at(kRefreshToken).Reveal();
  };
  const std::string old = refresh_token();
  clock_.Advance(25h);
  const auto claim =
      replica_.renewals.Claim("acme", id, {}, clock_.Now(), clock_.Now() + 30s, context_);
  ASSERT_TRUE(std::holds_alternative<RefreshClaim>(*claim));
  Tokens tokens;
  tokens.access_token = Secret("new");
  tokens.obtained_at = clock_.Now();
  ASSERT_THAT(
      replica_.renewals.Renewed(std::get<RefreshClaim>(*claim), tokens, std::nullopt, context_),
      IsOk());
  EXPECT_EQ(refresh_token(), old);
}

TEST_F(TokenRefresherTest, ARevokedGrantIsNeverAskedForAgain) {
  const std::string id = Connect("gong").credential_id;
  vendors_->gong_oauth().RevokeAll();
  clock_.Advance(25h);

  const absl::Status first = Freshen(id);
  EXPECT_THAT(first, HasReason("INVALID_KEY"));
  EXPECT_THAT(std::string(first.message()), HasSubstr("Connect the account again"));
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(24h);
    EXPECT_THAT(Freshen(id), HasReason("INVALID_KEY"));
    EXPECT_THAT(replica_.refresher.RenewDue(), IsOk());
  }
  EXPECT_EQ(vendors_->gong_oauth().refreshes(), 1);
  EXPECT_EQ(FactsOf(id).problem, TokenProblem::kRevoked);
}

TEST_F(TokenRefresherTest, AVendorThatIsDownIsAskedLessAndLess) {
  const std::string id = Connect("gong").credential_id;
  clock_.Advance(25h);
  vendors_->gong_oauth().FailNext(2, 503);
  const int before = vendors_->gong_oauth().token_requests();

  const absl::Status down = Freshen(id);
  EXPECT_THAT(down, HasReason("VENDOR_UNREACHABLE"));
  EXPECT_TRUE(RetryDelayOf(down).has_value());
  EXPECT_THAT(Freshen(id), HasReason("VENDOR_UNREACHABLE"));
  EXPECT_EQ(vendors_->gong_oauth().token_requests(), before + 1);
  EXPECT_EQ(FactsOf(id).problem, TokenProblem::kVendorDown);

  clock_.Advance(6s);
  EXPECT_THAT(Freshen(id), HasReason("VENDOR_UNREACHABLE"));
  EXPECT_EQ(vendors_->gong_oauth().token_requests(), before + 2);
  clock_.Advance(6s);
  EXPECT_THAT(Freshen(id), HasReason("VENDOR_UNREACHABLE"));
  EXPECT_EQ(vendors_->gong_oauth().token_requests(), before + 2);
  clock_.Advance(6s);
  EXPECT_THAT(Freshen(id), IsOk());
  EXPECT_EQ(FactsOf(id).problem, TokenProblem::kNone);
}

TEST_F(TokenRefresherTest, ALateWriterCannotPutBackADeadToken) {
  const std::string id = Connect("gong").credential_id;
  clock_.Advance(25h);
  const auto late =
      replica_.renewals.Claim("acme", id, {}, clock_.Now(), clock_.Now() + 30s, context_);
  ASSERT_TRUE(std::holds_alternative<RefreshClaim>(*late));
  clock_.Advance(31s);
  ASSERT_THAT(Freshen(id), IsOk());
  const std::string good = AccessTokenOf(id);

  Tokens dead;
  dead.access_token = Secret("dead");
  dead.refresh_token = Secret("dead too");
  dead.obtained_at = clock_.Now();
  const RefreshClaim& claim = std::get<RefreshClaim>(*late);

  EXPECT_THAT(replica_.renewals.Renewed(claim, dead, std::nullopt, context_),
              HasReason("TOKENS_REPLACED"));
  EXPECT_THAT(replica_.renewals.NotRenewed(claim, {TokenProblem::kRevoked, "", false, std::nullopt},
                                           context_),
              HasReason("TOKENS_REPLACED"));
  EXPECT_EQ(AccessTokenOf(id), good);
}

TEST_F(TokenRefresherTest, ADeletedCredentialIsNotRevivedByARenewalUnderWay) {
  const std::string id = Connect("gong").credential_id;
  clock_.Advance(25h);
  vendors_->gong_oauth().OnTokenRequest(
      [&] { EXPECT_THAT(replica_.store.Delete("acme", id, context_), IsOk()); });

  EXPECT_FALSE(Freshen(id).ok());

  EXPECT_EQ(Text("SELECT count(*) FROM credential_secrets"), "0\n");
  EXPECT_EQ(Text("SELECT count(*) FROM oauth_tokens"), "0\n");
}

TEST_F(TokenRefresherTest, AnAnswerThatDoesNotArriveIsAskedForOnceMoreAndNamed) {
  const std::string id = Connect("gong").credential_id;
  clock_.Advance(25h);
  vendors_->gong_oauth().FailNext(1, 0);

  EXPECT_THAT(Freshen(id), HasReason("VENDOR_UNREACHABLE"));
  EXPECT_TRUE(FactsOf(id).outcome_unknown);

  clock_.Advance(1min);
  EXPECT_THAT(Freshen(id), IsOk());
  EXPECT_FALSE(FactsOf(id).outcome_unknown);
}

}  // namespace
}  // namespace callimport::credential_manager
