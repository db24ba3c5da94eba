#include "services/credential-manager/oauth/token_revoker.h"

#include <gmock/gmock.h>

#include <thread>

#include "libs/common/ids.h"
#include "tests/oauth/vault_fixture.h"

namespace callimport::credential_manager {
namespace {

using namespace std::chrono_literals;
using callimport::testing::IsOk;
using ::testing::HasSubstr;

class TokenRevokerTest : public VaultTest {
 protected:
  DeletedTokens Delete(const std::string& credential_id) {
    auto deleted = replica_.store.Delete("acme", credential_id, context_);
    EXPECT_THAT(deleted, IsOk());
    return *std::move(*deleted);
  }

  // What the audit log says of it, once it says something.
  std::string AwaitOutcome() {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    std::string outcome;
    while (outcome.empty() && std::chrono::steady_clock::now() < deadline) {
      outcome = Text("SELECT detail, actor, correlation_id FROM audit_log WHERE action = 'revoke'");
      std::this_thread::yield();
    }
    return outcome;
  }
};

TEST_F(TokenRevokerTest, TheVendorForgetsWhatWasDeletedAndTheAuditLogSaysSo) {
  TokenRevoker revoker(replica_.store, sealer_, providers_, replica_.client);
  const std::string id = Connect("ringcentral").credential_id;
  const std::string token = AccessTokenOf(id);
  ASSERT_TRUE(vendors_->ringcentral_oauth().Accepts(token));

  revoker.RevokeLater(Delete(id), context_);

  EXPECT_EQ(AwaitOutcome(), "revoked\nSUPPORT/dana\ncorrelation-1\n");
  EXPECT_FALSE(vendors_->ringcentral_oauth().Accepts(token));
}

TEST_F(TokenRevokerTest, ACustomersOwnAppIsAskedAsThatApp) {
  const OAuthProviders without_ours = ProvidersAt(vendors_->base_url(), {});
  TokenRevoker revoker(replica_.store, sealer_, without_ours, replica_.client);
  const auto zoom = replica_.connector.Request(
      Wish("zoom_phone"), GrantKind::kAccountCredentials,
      {{"client_secret", Secret("fake-client-secret")}},
      {{"client_id", "fake-client"}, {"account_id", "fake-account"}}, context_);
  ASSERT_THAT(zoom, IsOk());
  const auto kept = replica_.connector.Keep("acme", zoom->attempt.attempt_id, {}, context_);
  ASSERT_THAT(kept, IsOk());

  revoker.RevokeLater(Delete(kept->credential_id), context_);

  EXPECT_THAT(AwaitOutcome(), HasSubstr("revoked"));
}

TEST_F(TokenRevokerTest, AVendorThatDoesNotAnswerIsNotedAndKeepsNothing) {
  const OAuthProviders away = ProvidersAt("http://127.0.0.1:1");
  TokenRevoker revoker(replica_.store, sealer_, away, replica_.client);
  const std::string id = Connect("gong").credential_id;

  revoker.RevokeLater(Delete(id), context_);

  EXPECT_THAT(AwaitOutcome(), HasSubstr("OUTCOME_UNKNOWN"));
  EXPECT_EQ(Text("SELECT count(*) FROM credential_secrets"), "0\n");
}

TEST_F(TokenRevokerTest, KeysAndDeletionsThatAreRepeatedHaveNothingToRevoke) {
  NewCredential key;
  key.request_id = NewUuid();
  key.workspace_id = "acme";
  key.platform = "openphone";
  key.account_ref = "default";
  key.secret_fields = {{"api_key", Secret("k")}};
  const auto stored = replica_.store.Store(key, context_);
  ASSERT_THAT(stored, IsOk());
  const std::string id = Connect("gong").credential_id;

  const auto of_key = replica_.store.Delete("acme", stored->credential_id, context_);
  Delete(id);
  const auto again = replica_.store.Delete("acme", id, context_);

  ASSERT_THAT(of_key, IsOk());
  EXPECT_FALSE(of_key->has_value());
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(again->has_value());
}

}  // namespace
}  // namespace callimport::credential_manager
