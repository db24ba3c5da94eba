#include "services/credential-manager/oauth/oauth_client.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "libs/common/errors.h"
#include "libs/http/fake_http_client.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/oauth/client_file.h"
#include "services/credential-manager/oauth/pkce.h"
#include "services/credential-manager/oauth/refresh_schedule.h"
#include "services/credential-manager/oauth/token_answer.h"

namespace callimport::credential_manager {
namespace {

using namespace std::chrono_literals;
using callimport::common::v1::OAuthTerms;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kAnswer[] = R"({"access_token":"a","token_type":"Bearer","expires_in":3600})";

class OAuthClientTest : public ::testing::Test {
 protected:
  OAuthClientTest() {
    provider_.display_name = "Gong";
    provider_.terms.set_token_url("https://app.gong.io/token");
    provider_.terms.set_client_auth(OAuthTerms::CLIENT_AUTH_BASIC);
    provider_.client = OAuthClientKey{"id", Secret("canary-secret")};
  }

  absl::StatusOr<Tokens> Exchange() {
    return client_.ExchangeCode(provider_, Secret("canary-code"), "https://calls.example/cb",
                                Secret());
  }

  absl::StatusOr<http::Response> answer_ = http::MakeResponse(200, kAnswer);
  http::FakeHttpClient http_{[this](const http::Request&) { return answer_; }};
  callimport::testing::FakeClock clock_;
  OAuthProvider provider_;
  OAuthClient client_{http_, clock_};
};

TEST_F(OAuthClientTest, ReadsWhatTheAnswerHolds) {
  const auto tokens = Exchange();

  ASSERT_THAT(tokens, IsOk());
  EXPECT_EQ(tokens->access_token.Reveal(), "a");
  EXPECT_EQ(*tokens->expires_at, clock_.Now() + 1h);
  const auto forever = ParseTokenAnswer(R"({"access_token":"a"})", "", clock_.Now());
  ASSERT_THAT(forever, IsOk());
  EXPECT_FALSE(forever->expires_at.has_value());
  std::minstd_rand random(1);
  EXPECT_FALSE(RefreshTime(*forever, random).has_value());
}

TEST_F(OAuthClientTest, PostsAFormAndShowsItselfByBasicAuthentication) {
  ASSERT_THAT(Exchange(), IsOk());

  const http::Request sent = http_.requests().front();
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.url, "https://app.gong.io/token");
  EXPECT_EQ(sent.headers.at("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_THAT(sent.body, HasSubstr("redirect_uri=https%3A%2F%2Fcalls.example%2Fcb"));
  EXPECT_THAT(sent.body, Not(HasSubstr("canary-secret")));
  EXPECT_TRUE(sent.public_addresses_only);
  EXPECT_TRUE(sent.once);
  EXPECT_LE(sent.deadlines.total, 10s);
}

TEST_F(OAuthClientTest, PostsItsSecretWhereTheVendorWantsThat) {
  provider_.terms.set_client_auth(OAuthTerms::CLIENT_AUTH_POST);
  ASSERT_THAT(Exchange(), IsOk());

  EXPECT_THAT(http_.requests().front().body, HasSubstr("client_id=id&client_secret=canary-secret"));
  EXPECT_EQ(http_.requests().front().headers.count("Authorization"), 0u);
}

TEST_F(OAuthClientTest, TellsARefusalFromAnOutage) {
  const auto reason_of = [&](int status, const std::string& body) {
    answer_ = http::MakeResponse(status, body);
    return ReasonOf(Exchange().status());
  };
  EXPECT_EQ(reason_of(400, R"({"error":"invalid_grant"})"), "OAUTH_REFUSED");
  EXPECT_EQ(reason_of(401, R"({"error":"invalid_client"})"), "OAUTH_CLIENT_REFUSED");
  EXPECT_EQ(reason_of(429, ""), "VENDOR_ERROR");
  EXPECT_EQ(reason_of(503, ""), "VENDOR_ERROR");
  EXPECT_EQ(reason_of(500, ""), "OUTCOME_UNKNOWN");
  EXPECT_EQ(reason_of(302, ""), "VENDOR_ERROR");
  answer_ = absl::UnavailableError("reset");
  EXPECT_EQ(ReasonOf(Exchange().status()), "OUTCOME_UNKNOWN");
}

TEST_F(OAuthClientTest, NoErrorHoldsWhatWasSentOrAnswered) {
  for (const int status : {200, 400, 500}) {
    answer_ = http::MakeResponse(status, R"({"error":"canary answer <>","access_token":7})");
    EXPECT_THAT(std::string(Exchange().status().message()), Not(HasSubstr("canary"))) << status;
  }
}

TEST_F(OAuthClientTest, TakesNoAnswerThatCannotBeUsed) {
  for (const char* body :
       {"", "[]", "<html>", "{}", R"({"access_token":""})", R"({"access_token":"a\nb"})",
        R"({"access_token":"a","token_type":"mac"})", R"({"access_token":"a","expires_in":-1})",
        R"({"access_token":"a","expires_in":99999999999999})", R"({"access_token":["a"]})"}) {
    EXPECT_THAT(ParseTokenAnswer(body, "", clock_.Now()), HasReason("TOKEN_ANSWER_UNREADABLE"))
        << body;
  }
}

TEST(PkceTest, EqualsThePublishedExample) {
  // RFC 7636, appendix B.
  EXPECT_EQ(ChallengeOf(Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_EQ(NewOAuthSecret().Reveal().size(), 43u);
  EXPECT_NE(NewOAuthSecret().Reveal(), NewOAuthSecret().Reveal());
}

TEST(RefreshTimeTest, IsAtFourFifthsOrFiveMinutesBeforeTheEnd) {
  std::minstd_rand random(1);
  const Timestamp now;
  const auto due = [&](std::chrono::seconds life) {
    Tokens tokens;
    tokens.obtained_at = now;
    tokens.expires_at = now + life;
    return *RefreshTime(tokens, random) - now;
  };
  for (int i = 0; i < 20; ++i) {
    EXPECT_LE(due(1h), 48min);
    EXPECT_GE(due(1h), 45min);
    EXPECT_LE(due(20min), 15min);
    EXPECT_GE(due(20min), 14min);
    EXPECT_LE(due(4min), 2min);
  }
}

TEST(OAuthClientFileTest, IsForItsOwnerAlone) {
  const std::string file = (std::filesystem::path(::testing::TempDir()) / "clients.json").string();
  std::ofstream(file) << R"({"gong":{"client_id":"id","client_secret":"canary"}})";
  chmod(file.c_str(), 0644);
  EXPECT_THAT(ReadOAuthClients(file), HasReason("KEY_FILE_UNUSABLE"));
  chmod(file.c_str(), 0600);
  const auto clients = ReadOAuthClients(file);
  ASSERT_THAT(clients, IsOk());
  EXPECT_EQ(clients->at("gong").client_secret.Reveal(), "canary");

  std::ofstream(file) << R"({"gong":"canary"})";
  const auto malformed = ReadOAuthClients(file);
  EXPECT_THAT(malformed, HasReason("KEY_FILE_UNUSABLE"));
  EXPECT_THAT(std::string(malformed.status().message()), Not(HasSubstr("canary")));
  EXPECT_THAT(ReadOAuthClients(""), IsOk());
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace callimport::credential_manager
