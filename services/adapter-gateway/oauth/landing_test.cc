#include "services/adapter-gateway/oauth/landing.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using credential_manager::v1::OAuthAttempt;
using testing::HasCode;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

OAuthReturn Config() {
  OAuthReturn config;
  config.set_return_base("https://app.example");
  config.add_return_paths("/connections");
  config.add_opener_origins("https://app.example");
  return config;
}

v1::OAuthOutcome Connected() {
  v1::OAuthOutcome outcome;
  outcome.set_state(v1::OAuthOutcome::STATE_CONNECTED);
  outcome.set_credential_id("credential-1");
  return outcome;
}

v1::OAuthOutcome Failed(const std::string& reason) {
  v1::OAuthOutcome outcome;
  outcome.set_state(v1::OAuthOutcome::STATE_FAILED);
  outcome.set_reason(reason);
  outcome.set_message("<script>alert(1)</script>");
  return outcome;
}

TEST(LandingTest, AllowsExactlyWhatIsListed) {
  const OAuthLandings landings(Config());
  v1::BeginOAuthRequest request;
  EXPECT_THAT(landings.CheckAllowed(request), IsOk());
  request.set_return_path("/connections");
  EXPECT_THAT(landings.CheckAllowed(request), IsOk());
  for (const char* path : {"/connections/", "//evil.example", "https://evil.example", "/"}) {
    request.set_return_path(path);
    EXPECT_THAT(landings.CheckAllowed(request), HasCode(absl::StatusCode::kInvalidArgument));
  }
  request.set_opener_origin("https://app.example");
  EXPECT_THAT(landings.CheckAllowed(request), IsOk());
  for (const char* origin : {"", "https://app.example.evil", "http://app.example", "*"}) {
    request.set_opener_origin(origin);
    EXPECT_THAT(landings.CheckAllowed(request), HasCode(absl::StatusCode::kInvalidArgument));
  }
}

TEST(LandingTest, RefusesAConfigurationThatLeadsAnywhere) {
  for (const auto& spoil : std::vector<std::function<void(OAuthReturn&)>>{
           [](OAuthReturn& config) { config.set_return_base("app.example"); },
           [](OAuthReturn& config) { config.add_return_paths("//evil.example"); },
           [](OAuthReturn& config) { config.add_opener_origins("*"); }}) {
    OAuthReturn config = Config();
    spoil(config);
    EXPECT_THAT(OAuthLandings(config).Check(), HasReason("CONFIG_INVALID"));
  }
  EXPECT_THAT(OAuthLandings(Config()).Check(), IsOk());
}

TEST(LandingTest, ARedirectGoesToThePathWithTheOutcome) {
  OAuthAttempt attempt;
  attempt.set_landing(OAuthAttempt::LANDING_REDIRECT);
  attempt.set_landing_target("/connections");
  const OAuthLandings landings(Config());

  EXPECT_EQ(landings.Answer(attempt, Connected()).headers.at("Location"),
            "https://app.example/connections?credential_id=credential-1");
  EXPECT_EQ(landings.Answer(attempt, Failed("OAUTH_DENIED")).headers.at("Location"),
            "https://app.example/connections?error=OAUTH_DENIED");
}

TEST(LandingTest, APopUpTellsTheAllowedOriginAloneAndCloses) {
  OAuthAttempt attempt;
  attempt.set_landing(OAuthAttempt::LANDING_POP_UP);
  attempt.set_landing_target("https://app.example");
  attempt.set_platform("</script>");

  const auto answer = OAuthLandings(Config()).Answer(attempt, Connected());

  EXPECT_THAT(answer.body, HasSubstr(R"("credential_id":"credential-1")"));
  EXPECT_THAT(answer.body, HasSubstr(R"(,"https://app.example");window.close();)"));
  EXPECT_THAT(answer.body, Not(HasSubstr("\"</script>")));
  EXPECT_THAT(answer.headers.at("Content-Security-Policy"), HasSubstr("default-src 'none'"));
}

TEST(LandingTest, WithoutATargetAPageSaysHowItEnded) {
  const OAuthLandings landings(Config());

  EXPECT_THAT(landings.Answer(OAuthAttempt(), Connected()).body, HasSubstr("Connected"));
  const std::string failed = landings.Answer(OAuthAttempt(), Failed("OAUTH_DENIED")).body;
  EXPECT_THAT(failed, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(failed, Not(HasSubstr("<script>")));
}

}  // namespace
}  // namespace callimport::adapter_gateway
