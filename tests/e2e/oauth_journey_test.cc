// From an approval in a browser to imported calls, with a token that ends on the way.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "callimport/adapter_gateway/v1/oauth_connections.grpc.pb.h"
#include "libs/http/curl_http_client.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/free_port.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::HasReason;
using ::callimport::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;
using OAuth = gateway::OAuthConnections::Stub;

constexpr uint64_t kCalls = 400;

class OAuthJourneyTest : public ::testing::Test {
 protected:
  ~OAuthJourneyTest() override { std::filesystem::remove(clients_file_); }

  SuiteOptions Options() {
    std::ofstream(clients_file_)
        << R"({"gong": {"client_id": "fake-client", "client_secret": "fake-client-secret"}})";
    chmod(clients_file_.c_str(), 0600);
    SuiteOptions options = QuickCalls(kCalls);
    options.vendors.port = FreePort();
    const std::string vendor = "http://127.0.0.1:" + std::to_string(options.vendors.port);
    options.patch = [this, vendor](const std::string& service, Json& config) {
      if (service == "adapter-gateway") {
        config["oauth_return"] = {{"listen_address", browsers_},
                                  {"return_base", "https://app.example"},
                                  {"return_paths", {"/connections"}}};
      }
      if (service != "credential-manager") return;
      config["oauth_clients_file"] = clients_file_;
      config["oauth_redirect_bases"] = {"http://" + browsers_};
      config["oauth_endpoints"] = {{{"platform", "gong"},
                                    {"authorization_url", vendor + "/oauth/gong/authorize"},
                                    {"token_url", vendor + "/oauth/gong/token"}}};
    };
    return options;
  }

  gateway::BeginOAuthResponse Begin(const std::string& return_path = "") {
    gateway::BeginOAuthRequest request;
    request.set_workspace_id("acme");
    request.set_platform("gong");
    if (!return_path.empty()) request.set_return_path(return_path);
    const auto begun = rpc::Invoke(*oauth_, &OAuth::BeginOAuth, request);
    EXPECT_THAT(begun, IsOk());
    return begun.value_or(gateway::BeginOAuthResponse());
  }

  gateway::OAuthOutcome Outcome(const std::string& attempt_id) {
    gateway::GetOAuthAttemptRequest request;
    request.set_workspace_id("acme");
    request.set_attempt_id(attempt_id);
    const auto found = rpc::Invoke(*oauth_, &OAuth::GetOAuthAttempt, request);
    EXPECT_THAT(found, IsOk());
    return found->outcome();
  }

  // The browser: the vendor's approval, and back to the gateway.
  http::Response Browse(const std::string& url) {
    const auto approved = browser_.Send({.url = url});
    EXPECT_THAT(approved, IsOk());
    const auto back = browser_.Send({.url = approved->headers.at("location")});
    EXPECT_THAT(back, IsOk());
    return back.value_or(http::Response());
  }

  const std::string clients_file_ =
      (std::filesystem::temp_directory_path() / ("oauth-clients-" + std::to_string(getpid())))
          .string();
  const std::string browsers_ = "127.0.0.1:" + std::to_string(FreePort());
  Suite suite_{Options()};
  Client client_ = suite_.ClientFor("acme");
  fake_vendors::OAuthVendor& vendor_ = suite_.vendors().gong_oauth();
  http::CurlHttpClient browser_;
  const std::unique_ptr<OAuth> oauth_ =
      gateway::OAuthConnections::NewStub(suite_.ChannelTo("adapter-gateway", "support-demo"));
};

TEST_F(OAuthJourneyTest, ImportsWithATokenThatEndsOnTheWay) {
  vendor_.SetAccessLife(3s);
  const auto begun = Begin();
  EXPECT_EQ(Outcome(begun.attempt_id()).state(), gateway::OAuthOutcome::STATE_WAITING);
  const http::Response page = Browse(begun.authorization_url());
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_THAT(page.body, HasSubstr("Connected"));
  const auto outcome = Outcome(begun.attempt_id());
  ASSERT_EQ(outcome.state(), gateway::OAuthOutcome::STATE_CONNECTED) << outcome.DebugString();

  const auto credentials = client_.Credentials();
  ASSERT_THAT(credentials, IsOk());
  ASSERT_EQ(credentials->size(), 1u);
  const vault::Credential& credential = credentials->front();
  EXPECT_EQ(credential.credential_id(), outcome.credential_id());
  EXPECT_EQ(credential.type(), vault::CREDENTIAL_TYPE_OAUTH);
  EXPECT_FALSE(credential.account_name().empty());
  EXPECT_EQ(credential.scopes_size(), 5);
  EXPECT_TRUE(credential.is_valid());
  EXPECT_TRUE(credential.has_expire_time());

  fake_vendors::Fault slow;
  slow.kind = fake_vendors::FaultKind::kSlow;
  slow.endpoint = "media";
  slow.pause = 300ms;
  slow.chunk_bytes = 8'192;
  suite_.vendors().faults().Add(slow);
  const auto job = client_.CreateJob(outcome.credential_id());
  ASSERT_THAT(job, IsOk());
  const auto ended = client_.WaitForEnd(job->job_id(), 120s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_EQ(ended.progress().completed_calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(ended.progress().failed_calls(), 0);
  EXPECT_GE(vendor_.refreshes(), 2);
  for (const std::string& service : kServices) {
    EXPECT_THAT(suite_.LogOf(service), Not(HasSubstr("fake-gong-"))) << service;
    EXPECT_THAT(suite_.LogOf(service), Not(HasSubstr(begun.state()))) << service;
  }
}

TEST_F(OAuthJourneyTest, TheCommandLinePrintsTheAddressAndWaits) {
  const std::filesystem::path folder =
      std::filesystem::path(suite_.ConfigFileOf("callimport")).parent_path();
  std::ifstream gateway_file(suite_.ConfigFileOf("adapter-gateway"));
  const std::string certificate = (folder / "certs" / "support-demo").string();
  std::ofstream(suite_.ConfigFileOf("callimport"))
      << Json{{"workspace", "acme"},
              {"tls",
               {{"certificate_file", certificate + ".pem"},
                {"key_file", certificate + ".key"},
                {"ca_file", (folder / "certs" / "ca.pem").string()}}},
              {"adapter_gateway", Json::parse(gateway_file)["server"]["address"]}};
  Process cli(Suite::ProgramOf("callimport"),
              {"connect", "gong", "--oauth", "--config", suite_.ConfigFileOf("callimport")},
              folder.string(), (folder / "callimport.log").string());
  const auto address = [&] {
    const std::string shown = suite_.LogOf("callimport");
    const size_t at = shown.find("http://");
    return at == std::string::npos ? "" : shown.substr(at, shown.find('\n', at) - at);
  };
  ASSERT_TRUE(Eventually(10s, [&] { return !address().empty(); })) << suite_.LogOf("callimport");

  Browse(address());

  EXPECT_EQ(cli.WaitForExit(10s), 0);
  EXPECT_THAT(suite_.LogOf("callimport"), HasSubstr("Connected Gong: credential "));
}

TEST_F(OAuthJourneyTest, StoresNothingThatTheVendorRefuses) {
  fake_vendors::Fault refuse;
  refuse.kind = fake_vendors::FaultKind::kStatus;
  refuse.endpoint = "calls";
  refuse.status = 403;
  suite_.vendors().faults().Add(refuse);
  const auto begun = Begin("/connections");

  const http::Response answer = Browse(begun.authorization_url());

  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.headers.at("location"),
            "https://app.example/connections?error=MISSING_PERMISSION");
  EXPECT_EQ(Outcome(begun.attempt_id()).reason(), "MISSING_PERMISSION");
  EXPECT_TRUE(client_.Credentials()->empty());
}

TEST_F(OAuthJourneyTest, AStrangersStateGetsNoFurtherThanTheGateway) {
  const auto begun = Begin();
  const std::string callback = "http://" + browsers_ + "/oauth/callback/";

  EXPECT_EQ(browser_.Send({.url = callback + "gong?code=x&state=" + std::string(43, 'x')})->status,
            400);
  EXPECT_EQ(browser_.Send({.url = callback + "gong"})->status, 400);
  // For another platform, and used up by that.
  EXPECT_EQ(browser_.Send({.url = callback + "zoom_phone?code=x&state=" + begun.state()})->status,
            400);
  EXPECT_EQ(Browse(begun.authorization_url()).status, 400);
  EXPECT_EQ(browser_.Send({.url = "http://" + browsers_ + "/metrics"})->status, 404);

  // And to whoever is not the one who has begun.
  gateway::CompleteOAuthRequest request;
  request.set_workspace_id("globex");
  request.set_platform("gong");
  request.set_state(Begin().state());
  request.set_code("x");
  EXPECT_THAT(rpc::Invoke(*oauth_, &OAuth::CompleteOAuth, request),
              HasReason("OAUTH_STATE_INVALID"));
  EXPECT_EQ(vendor_.token_requests(), 0);
  EXPECT_TRUE(client_.Credentials()->empty());
}

TEST_F(OAuthJourneyTest, OnlyAllowedPathsAreLedTo) {
  gateway::BeginOAuthRequest request;
  request.set_workspace_id("acme");
  request.set_platform("gong");
  request.set_return_path("//evil.example");
  EXPECT_THAT(rpc::Invoke(*oauth_, &OAuth::BeginOAuth, request), HasReason("INVALID_REQUEST"));
  request.set_return_path("/connections");
  request.set_redirect_uri("https://evil.example/oauth/callback/gong");
  EXPECT_THAT(rpc::Invoke(*oauth_, &OAuth::BeginOAuth, request), HasReason("REDIRECT_NOT_ALLOWED"));
}

}  // namespace
}  // namespace callimport::e2e
