// kill -9 at every step of a renewal: a child process renews, and dies where it is told to.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/oauth/vault_fixture.h"

namespace callimport::credential_manager {
namespace {

using namespace std::chrono_literals;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using ::testing::HasSubstr;

class RefreshCrashTest : public VaultTest {
 protected:
  // The child has a database connection, an HTTP client and nothing else of ours.
  void DieRenewing(const std::string& credential_id, const std::string& step) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      RefreshSettings settings;
      settings.at_step = [&](std::string_view reached) {
        if (reached == step) kill(getpid(), SIGKILL);
      };
      const auto pool = *postgres::Pool::Open(database());
      Replica replica(*pool, sealer_, providers_, clock_, settings);
      replica.refresher.Freshen("acme", credential_id, {}, context_).IgnoreError();
      _exit(1);
    }
    int outcome = 0;
    ASSERT_EQ(waitpid(child, &outcome, 0), child);
    ASSERT_TRUE(WIFSIGNALED(outcome) && WTERMSIG(outcome) == SIGKILL) << "it did not get there";
  }

  TokenFacts FactsOf(const std::string& id) { return *replica_.store.Find("acme", id)->tokens; }
};

TEST_F(RefreshCrashTest, BeforeTheVendorIsAsked) {
  const std::string id = Connect("ringcentral").credential_id;
  clock_.Advance(2h);
  DieRenewing(id, "claimed");
  ASSERT_EQ(vendors_->ringcentral_oauth().refreshes(), 0);

  clock_.Advance(31s);
  EXPECT_TRUE(FactsOf(id).outcome_unknown);
  EXPECT_THAT(Freshen(id), IsOk());

  EXPECT_EQ(vendors_->ringcentral_oauth().refreshes(), 1);
  EXPECT_TRUE(vendors_->ringcentral_oauth().Accepts(AccessTokenOf(id)));
  EXPECT_FALSE(FactsOf(id).outcome_unknown);
}

TEST_F(RefreshCrashTest, BetweenTheVendorsAnswerAndTheCommitIsNoticedAndNamed) {
  const std::string id = Connect("ringcentral").credential_id;
  clock_.Advance(2h);
  DieRenewing(id, "answered");
  ASSERT_EQ(vendors_->ringcentral_oauth().refreshes(), 1);

  clock_.Advance(31s);
  EXPECT_TRUE(FactsOf(id).outcome_unknown);
  EXPECT_THAT(Freshen(id), HasReason("INVALID_KEY"));

  const TokenFacts facts = FactsOf(id);
  EXPECT_EQ(facts.problem, TokenProblem::kRevoked);
  EXPECT_THAT(facts.problem_text, HasSubstr("A renewal was interrupted before its answer"));
  EXPECT_THAT(Freshen(id), HasReason("INVALID_KEY"));
  EXPECT_EQ(vendors_->ringcentral_oauth().refreshes(), 2);
}

TEST_F(RefreshCrashTest, CostsNothingWhereAnotherTokenCanBeHadAnyTime) {
  const auto zoom = replica_.connector.Request(
      Wish("zoom_phone"), GrantKind::kAccountCredentials,
      {{"client_secret", Secret("fake-client-secret")}},
      {{"client_id", "fake-client"}, {"account_id", "fake-account"}}, context_);
  const std::string id =
      replica_.connector.Keep("acme", zoom->attempt.attempt_id, {}, context_)->credential_id;
  clock_.Advance(2h);
  DieRenewing(id, "answered");

  clock_.Advance(31s);
  EXPECT_THAT(Freshen(id), IsOk());
  EXPECT_TRUE(vendors_->zoom_oauth().Accepts(AccessTokenOf(id)));
}

TEST_F(RefreshCrashTest, AfterTheCommitNothingIsLost) {
  const std::string id = Connect("ringcentral").credential_id;
  clock_.Advance(2h);
  DieRenewing(id, "stored");

  EXPECT_THAT(Freshen(id), IsOk());
  EXPECT_EQ(vendors_->ringcentral_oauth().refreshes(), 1);
  EXPECT_TRUE(vendors_->ringcentral_oauth().Accepts(AccessTokenOf(id)));
  EXPECT_FALSE(FactsOf(id).outcome_unknown);
}

}  // namespace
}  // namespace callimport::credential_manager
