#include "libs/rpc/token_reader.h"

#include <filesystem>
#include <fstream>

#include "libs/jwt/token_forge_fixture.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using callimport::testing::FakeClock;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

const jwt::TokenForge& Forge() {
  static const jwt::TokenForge forge;
  return forge;
}

class TokenReaderTest : public ::testing::Test {
 protected:
  TokenReaderTest() {
    WriteKeys(Forge().KeySetJson());
    config_.set_jwks_file(file_);
    config_.set_issuer("https://id.example");
    config_.set_audience("callimport");
  }
  ~TokenReaderTest() override { std::filesystem::remove(file_); }

  void WriteKeys(const std::string& text) const { std::ofstream(file_) << text; }

  std::shared_ptr<TokenReader> Open() { return *TokenReader::Open(config_, "tokens", clock_); }

  // A token of ten minutes, with more claims.
  std::string TokenWith(const std::string& claims, const jwt::TokenForge& forge = Forge()) const {
    const auto now = std::chrono::duration_cast<seconds>(clock_.Now().time_since_epoch()).count();
    return forge.Mint("ed", R"({"iss":"https://id.example","aud":"callimport","exp":)" +
                                std::to_string(now + 600) + "," + claims + "}");
  }

  FakeClock clock_;
  TokenConfig config_;
  const std::string file_ = ::testing::TempDir() + "/token_reader_test.jwks";
};

TEST_F(TokenReaderTest, KnowsEveryRole) {
  const auto reader = Open();
  const std::map<std::string, std::string> kinds = {{"SUPPORT", "support"},
                                                    {"AUDITOR", "auditor"},
                                                    {"WORKSPACE_ADMIN", "workspace-admin"},
                                                    {"WORKSPACE_MEMBER", "workspace-member"},
                                                    {"SERVICE", "service"}};
  for (const auto& [role, kind] : kinds) {
    const auto caller =
        reader->Read(TokenWith(R"("sub":"dana","workspaces":"acme","role":")" + role + "\""));
    ASSERT_THAT(caller, IsOk()) << role;
    EXPECT_EQ(caller->Identity(), kind + "/dana");
    EXPECT_THAT(caller->workspaces, Optional(ElementsAre("acme")));
  }
}

TEST_F(TokenReaderTest, KnowsNoOtherRole) {
  const auto reader = Open();
  for (const char* role :
       {R"("OPERATOR")", R"("support")", R"("SUPPORT ")", R"("")", "null", R"(["SUPPORT"])", "1"}) {
    EXPECT_THAT(reader->Read(TokenWith(std::string(R"("sub":"dana","role":)") + role)),
                HasReason("TOKEN_INVALID"))
        << role;
  }
  EXPECT_THAT(reader->Read(TokenWith(R"("sub":"dana")")), HasReason("TOKEN_INVALID"));
}

TEST_F(TokenReaderTest, PeopleOfWorkspacesMustNameThem) {
  const auto reader = Open();
  for (const char* workspaces :
       {"", R"(,"workspaces":[])", R"(,"workspaces":"")", R"(,"workspaces":null)",
        R"(,"workspaces":["acme",7])", R"(,"workspaces":"*")", R"(,"workspaces":["acme","a b"])",
        R"(,"workspaces":{"acme":true})"}) {
    EXPECT_THAT(
        reader->Read(TokenWith(std::string(R"("sub":"d","role":"WORKSPACE_ADMIN")") + workspaces)),
        HasReason("TOKEN_INVALID"))
        << workspaces;
  }
  const auto caller =
      reader->Read(TokenWith(R"("sub":"d","role":"WORKSPACE_MEMBER","workspaces":["acme","b"])"));
  ASSERT_THAT(caller, IsOk());
  EXPECT_THAT(caller->workspaces, Optional(ElementsAre("acme", "b")));
}

TEST_F(TokenReaderTest, SupportIsBoundOnlyWhenTheTokenSaysSo) {
  const auto reader = Open();

  const auto free = reader->Read(TokenWith(R"("sub":"d","role":"SUPPORT")"));
  const auto bound = reader->Read(TokenWith(R"("sub":"d","role":"SUPPORT","workspaces":"acme")"));

  EXPECT_FALSE(free->workspaces);
  EXPECT_THAT(bound->workspaces, Optional(ElementsAre("acme")));
  EXPECT_THAT(reader->Read(TokenWith(R"("sub":"d","role":"SUPPORT","workspaces":[])")),
              HasReason("TOKEN_INVALID"));
}

TEST_F(TokenReaderTest, NamesMustBeFitForTheLog) {
  const auto reader = Open();
  for (const char* name : {"auth0|6f1", "dana@acme.com", "a+b"}) {
    EXPECT_THAT(reader->Read(TokenWith(std::string(R"("role":"SUPPORT","sub":")") + name + "\"")),
                IsOk());
  }
  for (const std::string& name : {std::string(), std::string("a b"), std::string("a/b"),
                                  std::string(R"(a\nb)"), std::string(200, 'a')}) {
    EXPECT_THAT(reader->Read(TokenWith(R"("role":"SUPPORT","sub":")" + name + "\"")),
                HasReason("TOKEN_INVALID"));
  }
}

TEST_F(TokenReaderTest, ClaimsMayHaveOtherNames) {
  config_.set_role_claim("https://callimport/role");
  config_.set_workspace_claim("tenant");
  config_.set_name_claim("email");

  const auto caller = Open()->Read(TokenWith(
      R"("https://callimport/role":"WORKSPACE_ADMIN","tenant":"acme","email":"d@acme.com")"));

  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->Identity(), "workspace-admin/d@acme.com");
}

TEST_F(TokenReaderTest, ATokenSeenBeforeStillExpires) {
  const auto reader = Open();
  const std::string token = TokenWith(R"("sub":"dana","role":"SUPPORT")");
  ASSERT_THAT(reader->Read(token), IsOk());
  clock_.Advance(minutes(10));
  ASSERT_THAT(reader->Read(token), IsOk());  // clocks may differ

  clock_.Advance(seconds(30));

  EXPECT_THAT(reader->Read(token), HasReason("TOKEN_EXPIRED"));
}

TEST_F(TokenReaderTest, NewKeysReplaceTheOldOnesAtOnce) {
  const auto reader = Open();
  const std::string claims = R"("sub":"dana","role":"SUPPORT")";
  const std::string old_token = TokenWith(claims);
  ASSERT_THAT(reader->Read(old_token), IsOk());
  const jwt::TokenForge next;

  WriteKeys(next.KeySetJson());
  reader->LookAgain();

  EXPECT_THAT(reader->Read(old_token), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(reader->Read(TokenWith(claims, next)), IsOk());
}

TEST_F(TokenReaderTest, BrokenKeysLeaveTheOldOnesInPlace) {
  const auto reader = Open();
  const std::string token = TokenWith(R"("sub":"dana","role":"SUPPORT")");

  for (const char* broken : {"", "{\"keys\":[", R"({"keys":[{"kty":"oct","k":"YQ","kid":"a"}]})"}) {
    WriteKeys(broken);
    reader->LookAgain();
    EXPECT_THAT(reader->Read(token), IsOk()) << broken;
  }
  std::filesystem::remove(file_);
  reader->LookAgain();
  EXPECT_THAT(reader->Read(token), IsOk());

  WriteKeys(R"({"keys":[]})");  // this is meant
  reader->LookAgain();
  EXPECT_THAT(reader->Read(token), HasReason("TOKEN_INVALID"));
}

TEST_F(TokenReaderTest, SaysWhatIsWrongWithItsConfig) {
  const auto problem = [&] {
    return std::string(TokenReader::Open(config_, "server.tokens", clock_).status().message());
  };
  config_.set_clock_skew_seconds(301);
  EXPECT_EQ(problem(), "server.tokens.clock_skew_seconds: must be 0 to 300");
  config_.set_clock_skew_seconds(0);
  config_.set_jwks_file("/nowhere.jwks");
  EXPECT_THAT(problem(), HasSubstr("server.tokens.jwks_file: /nowhere.jwks: "));
  config_.clear_audience();
  EXPECT_EQ(problem(), "server.tokens.audience: is missing");
  config_.clear_issuer();
  EXPECT_EQ(problem(), "server.tokens.issuer: is missing");
}

}  // namespace
}  // namespace callimport::rpc
