// Secrets that sing when they are found. They are planted wherever a secret may stand, then
// everything that can go wrong from outside is made to go wrong; and nowhere may one be found: not
// in a log, on a metrics page, in a status, nor in a table.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "callimport/adapter_gateway/v1/oauth_connections.grpc.pb.h"
#include "callimport/adapter_gateway/v1/webhook_inbox.grpc.pb.h"
#include "callimport/credential_manager/v1/audit.grpc.pb.h"
#include "libs/common/ids.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/digest.h"
#include "libs/http/curl_http_client.h"
#include "libs/http/scripted_server.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/free_port.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// They look like nothing in particular: what hides them must know that they are secret.
constexpr char kAccessKey[] = "canarykq7RwZ0aTf";
constexpr char kAccessSecret[] = "canaryzx93LmVbQe";
constexpr char kOtherSecret[] = "canaryhu41NcYpSd";
constexpr char kUrlPassword[] = "canarybn58GtJrKo";
constexpr char kDsnPassword[] = "canarywd26FxHsUi";
constexpr char kBearer[] = "canarymv70BzElPa";

const std::vector<std::string>& Canaries() {
  static const std::vector<std::string> canaries = {kAccessKey,   kAccessSecret, kOtherSecret,
                                                    kUrlPassword, kDsnPassword,  kBearer};
  return canaries;
}

// As it is, in hexadecimal digits, and inside of base64 wherever it may begin there.
std::vector<std::string> FormsOf(const std::string& canary) {
  std::vector<std::string> forms = {canary, crypto::ToHex(canary)};
  for (const char* before : {"", "x", "xx"}) {
    std::string text = crypto::ToBase64(before + canary);
    text = text.substr(4);                             // mixed with what stands before
    forms.push_back(text.substr(0, text.size() - 4));  // and behind
  }
  return forms;
}

std::vector<std::string> FoundIn(const std::string& text) {
  std::vector<std::string> found;
  for (const std::string& canary : Canaries()) {
    for (const std::string& form : FormsOf(canary)) {
      const size_t place = text.find(form);
      if (place == std::string::npos) continue;
      const size_t from = place < 200 ? 0 : place - 200;
      found.push_back(canary + " in: " + text.substr(from, 400));
      break;
    }
  }
  return found;
}

MATCHER(HoldsNone, "holds no canary") { return FoundIn(arg).empty(); }

// A vendor that tells everybody what it was told.
class EchoingVendor {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  EchoingVendor() : server_([this](http::ScriptedServer::Connection& c) { Serve(c); }) { BeNice(); }

  std::string url() const { return server_.Url(""); }
  std::string host() const { return url().substr(std::string("http://").size()); }

  static std::string NiceAnswer() {
    return http::OkAnswer(
        R"({"requestId":"1","records":{"totalRecords":0,"currentPageSize":0,"currentPageNumber":0},)"
        R"("calls":[],"workspaces":[{"id":"1","name":"Echo"}]})");
  }
  void BeNice() {
    Be([](const std::string&) { return NiceAnswer(); });
  }
  void Be(Answer answer) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }

 private:
  void Serve(http::ScriptedServer::Connection& connection) {
    for (std::string request; !(request = connection.ReadRequest()).empty();) {
      std::string answer;
      {
        std::lock_guard lock(mutex_);
        answer = answer_(request);
      }
      if (!connection.Write(answer)) return;
    }
  }

  std::mutex mutex_;
  Answer answer_;
  http::ScriptedServer server_;  // last: its threads use the above
};

std::string HttpAnswer(const std::string& status, const std::string& body,
                       const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\ncontent-length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

// All that was asked, and the secrets once more as a vendor's support may show them.
std::string Told(const std::string& request) {
  return std::string(kAccessKey) + " " + kAccessSecret + " " + kAccessKey + ":" + kAccessSecret +
         " " + request;
}

std::string AsJson(const std::string& text) {
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

// Each twice: as an error in JSON, and as a page.
std::vector<EchoingVendor::Answer> EchoesWith(const std::vector<std::string>& statuses) {
  std::vector<EchoingVendor::Answer> echoes;
  for (const std::string& status : statuses) {
    echoes.push_back([=](const std::string& request) {
      return HttpAnswer(status, R"({"requestId":)" + AsJson(Told(request)) + R"(,"errors":[)" +
                                    AsJson("bad credentials: " + Told(request)) + "]}");
    });
    echoes.push_back([=](const std::string& request) {
      return HttpAnswer(status, "<html>" + Told(request) + "</html>");
    });
  }
  return echoes;
}

// After these the vendor is not asked again soon.
std::vector<EchoingVendor::Answer> Outages() {
  auto echoes = EchoesWith({"500 Oh", "503 Oh"});
  echoes.push_back([](const std::string&) {
    return HttpAnswer("429 Slow", "", std::string("retry-after: ") + kAccessSecret + "\r\n");
  });
  return echoes;
}

std::vector<EchoingVendor::Answer> Refusals() {
  auto echoes = EchoesWith({"400 Bad", "401 No", "403 No", "404 No", "409 No", "200 OK"});
  echoes.push_back([](const std::string& request) {
    return http::OkAnswer(R"({"records":)" + AsJson(Told(request)) + R"(,"calls":)" +
                          AsJson(Told(request)) + R"(,"workspaces":[[)" + AsJson(kAccessSecret) +
                          "]]}");
  });
  echoes.push_back([](const std::string&) {
    return http::OkAnswer(std::string(R"({"records":{"totalRecords":")") + kAccessSecret +
                          R"("},"calls":[{"metaData":{"id":")" + kAccessSecret +
                          R"(","started":")" + kAccessSecret +
                          R"("}}],"workspaces":[{"name":7}]})");
  });
  echoes.push_back([](const std::string& request) { return http::OkAnswer("{" + Told(request)); });
  echoes.push_back([](const std::string&) {
    return HttpAnswer("302 Found", "",
                      std::string("location: http://127.0.0.1:1/?x=") + kAccessSecret + "\r\n");
  });
  echoes.push_back(
      [](const std::string&) { return HttpAnswer(std::string("401 ") + kAccessSecret, ""); });
  echoes.push_back([](const std::string&) { return std::string(kAccessSecret) + "\r\n\r\n"; });
  echoes.push_back([](const std::string&) {
    return std::string("HTTP/1.1 200 OK\r\ncontent-length: ") + kAccessSecret + "\r\n\r\n";
  });
  return echoes;
}

// Of the authorization server: tokens that sing, and end soon.
std::string Granted(const std::string& api) {
  return http::OkAnswer(
      absl::StrCat(R"({"access_token":")", kBearer, R"(","refresh_token":")", kOtherSecret,
                   R"(","expires_in":6,"api_base_url_for_customer":")", api, R"("})"));
}

class CanaryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    echo_ = std::make_unique<EchoingVendor>().release();
    browsers_ = absl::StrCat("127.0.0.1:", FreePort());
    deliveries_ = absl::StrCat("127.0.0.1:", FreePort());
    clients_file_ = absl::StrCat(::testing::TempDir(), "canary-clients-", getpid());
    std::ofstream(clients_file_) << R"({"gong":{"client_id":"fake-client","client_secret":")"
                                 << kUrlPassword << R"("}})";
    std::filesystem::permissions(clients_file_, std::filesystem::perms::owner_read);
    SuiteOptions options = QuickCalls(20);
    options.vendors.gong.access_key = kAccessKey;
    options.vendors.gong.access_key_secret = kAccessSecret;
    options.patch = [](const std::string& service, Json& config) {
      if (config.contains("database")) {
        config["database"]["connection"] =
            config["database"]["connection"].get<std::string>() + " password=" + kDsnPassword;
      }
      if (service == "adapter-gateway") {
        config["platforms"][0]["allowed_hosts"].push_back(echo_->host());
        config["oauth_return"] = {{"listen_address", browsers_}};
        config["webhooks"] = {{"listen_address", deliveries_},
                              {"public_base", "http://" + deliveries_}};
      }
      if (service == "credential-manager") {
        config["oauth_clients_file"] = clients_file_;
        config["oauth_redirect_bases"] = {"http://" + browsers_};
        config["oauth_endpoints"] = {{{"platform", "gong"},
                                      {"authorization_url", echo_->url() + "/authorize"},
                                      {"token_url", echo_->url() + "/token"},
                                      {"revocation_url", echo_->url() + "/token/revoke"}}};
      }
    };
    suite_ = std::make_unique<Suite>(options).release();
  }
  static void TearDownTestSuite() {
    std::unique_ptr<Suite>(suite_).reset();
    std::unique_ptr<EchoingVendor>(echo_).reset();
    std::filesystem::remove(clients_file_);
  }

  void TearDown() override {
    suite_->vendors().faults().Clear();
    echo_->BeNice();
    for (const std::string& service : kServices) {
      EXPECT_THAT(FoundIn(suite_->LogOf(service)), IsEmpty()) << "the log of " << service;
      EXPECT_THAT(FoundIn(suite_->MetricsOf(service)), IsEmpty()) << "the metrics of " << service;
    }
    EXPECT_THAT(FoundIn(suite_->database().Dump()), IsEmpty()) << "a table";
  }

  // Every status that anybody sees.
  void See(const absl::Status& status) {
    EXPECT_THAT(FoundIn(std::string(status.message())), IsEmpty()) << "a status";
    EXPECT_THAT(FoundIn(status.ToString()), IsEmpty()) << "the details of a status";
  }
  template <typename T>
  absl::StatusOr<T> See(absl::StatusOr<T> answer) {
    See(answer.status());
    return answer;
  }
  template <typename Message>
  absl::StatusOr<Message> SeeAll(absl::StatusOr<Message> answer) {
    See(answer.status());
    EXPECT_THAT(FoundIn(answer.ok() ? answer->ShortDebugString() : ""), IsEmpty()) << "an answer";
    return answer;
  }

  template <typename Message>
  absl::StatusOr<std::vector<Message>> SeeAllOf(absl::StatusOr<std::vector<Message>> answer) {
    See(answer.status());
    if (!answer.ok()) return answer;
    for (const Message& message : *answer) {
      EXPECT_THAT(FoundIn(message.ShortDebugString()), IsEmpty()) << "an answer";
    }
    return answer;
  }

  std::string ConnectTo(Client& client, const std::string& url) {
    const auto connected = SeeAll(client.Connect(url, kAccessKey, kAccessSecret));
    EXPECT_THAT(connected, IsOk());
    return connected.ok() ? connected->credential_id() : NewUuid();
  }

  absl::Status ConnectWith(const std::string& workspace, const std::string& platform,
                           const std::map<std::string, std::string>& fields) {
    gateway::ConnectWithApiKeyRequest request;
    request.set_request_id(NewUuid());
    request.set_workspace_id(workspace);
    request.set_platform(platform);
    request.mutable_fields()->insert(fields.begin(), fields.end());
    const auto stub =
        gateway::Connections::NewStub(suite_->ChannelTo("adapter-gateway", "support-demo"));
    const absl::Status status =
        rpc::Invoke(*stub, &gateway::Connections::Stub::ConnectWithApiKey, request).status();
    See(status);
    return status;
  }

  void Verify(const std::string& workspace, const std::string& credential_id) {
    gateway::VerifyCredentialRequest request;
    request.set_workspace_id(workspace);
    request.set_credential_id(credential_id);
    const auto stub =
        gateway::Connections::NewStub(suite_->ChannelTo("adapter-gateway", "support-demo"));
    static_cast<void>(
        SeeAll(rpc::Invoke(*stub, &gateway::Connections::Stub::VerifyCredential, request)));
  }

  // Everything that a person may do, once.
  void DoEverything(Client& client, const std::string& credential_id) {
    static_cast<void>(
        SeeAll(client.Connect(suite_->vendors().base_url(), kAccessKey, kAccessSecret)));
    Verify(client.workspace(), credential_id);
    See(client.Credentials().status());
    static_cast<void>(SeeAll(client.Preview(credential_id)));
    static_cast<void>(SeeAll(client.CreateJob(credential_id)));
    See(client.Jobs().status());
    See(client.Engagements().status());
    See(client.Upload("a.wav", std::string(3000, 'x')).status());
  }

  // As a browser or a vendor; what comes back is seen too.
  void Send(http::Request request) {
    const auto answer = http::CurlHttpClient().Send(request);
    ASSERT_THAT(answer, IsOk());
    EXPECT_THAT(FoundIn(answer->body), IsEmpty()) << "a page, status " << answer->status;
  }

  // Connects by approval; the code sings, and the token endpoint answers so.
  gateway::OAuthOutcome Approve(const EchoingVendor::Answer& token_endpoint) {
    const auto stub =
        gateway::OAuthConnections::NewStub(suite_->ChannelTo("adapter-gateway", "support-demo"));
    gateway::BeginOAuthRequest begin;
    begin.set_workspace_id("canary-oauth");
    begin.set_platform("gong");
    begin.set_replace(true);
    const auto begun = rpc::Invoke(*stub, &gateway::OAuthConnections::Stub::BeginOAuth, begin);
    EXPECT_THAT(begun, IsOk());
    if (!begun.ok()) return {};
    echo_->Be([=](const std::string& request) {
      const bool of_tokens = request.starts_with("POST /token");
      return of_tokens ? token_endpoint(request) : EchoingVendor::NiceAnswer();
    });
    gateway::CompleteOAuthRequest complete;
    complete.set_workspace_id("canary-oauth");
    complete.set_platform("gong");
    complete.set_state(begun->state());
    complete.set_code(kDsnPassword);
    const auto completed =
        SeeAll(rpc::Invoke(*stub, &gateway::OAuthConnections::Stub::CompleteOAuth, complete));
    return completed.ok() ? completed->outcome() : gateway::OAuthOutcome();
  }

  static inline Suite* suite_ = nullptr;
  static inline EchoingVendor* echo_ = nullptr;
  static inline std::string browsers_;
  static inline std::string deliveries_;
  static inline std::string clients_file_;
};

TEST_F(CanaryTest, AreFoundWhereverTheyStand) {
  const std::string secret = kAccessSecret;
  const std::string pair = std::string(kAccessKey) + ":" + secret;

  EXPECT_THAT(FoundIn("a " + secret + " b"), Not(IsEmpty()));
  EXPECT_THAT(FoundIn("\\x" + crypto::ToHex("{" + secret + "}")), Not(IsEmpty()));
  for (const char* before : {"", "a", "ab", "abc"}) {
    EXPECT_THAT(FoundIn(crypto::ToBase64(before + pair)), Not(IsEmpty()));
    EXPECT_THAT(FoundIn(crypto::ToBase64(before + secret + "more")), Not(IsEmpty()));
  }
  EXPECT_THAT(FoundIn("nothing"), IsEmpty());
}

TEST_F(CanaryTest, AnImportLeavesNone) {
  Client client = suite_->ClientFor("canary-good");
  const std::string credential = ConnectTo(client, suite_->vendors().base_url());

  const auto job = SeeAll(client.CreateJob(credential));
  ASSERT_THAT(job, IsOk());
  EXPECT_EQ(client.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_COMPLETED);

  // Where nothing is found, there was something to look through.
  EXPECT_THAT(suite_->database().Dump(), HasSubstr(credential));
  EXPECT_THAT(suite_->LogOf("adapter-gateway"), HasSubstr("calls"));
  EXPECT_THAT(suite_->MetricsOf("credential-manager"), HasSubstr("rpc_requests_total"));
}

TEST_F(CanaryTest, AVendorThatEchoesSecretsLeavesNone) {
  Client client = suite_->ClientFor("canary-echo");
  const std::string credential = ConnectTo(client, echo_->url());
  const std::map<std::string, std::string> fields = {
      {"access_key", kAccessKey}, {"access_key_secret", kAccessSecret}, {"base_url", echo_->url()}};
  for (const EchoingVendor::Answer& refusal : Refusals()) {
    echo_->Be(refusal);
    static_cast<void>(ConnectWith("canary-echo2", "gong", fields));
    Verify("canary-echo", credential);
    static_cast<void>(SeeAll(client.Preview(credential)));
  }
  echo_->BeNice();
  Verify("canary-echo", credential);
  echo_->Be(Refusals().front());
  const auto job = SeeAll(client.CreateJob(credential));
  ASSERT_THAT(job, IsOk());
  const auto ended = client.WaitForEnd(job->job_id(), 60s);
  EXPECT_EQ(ended.state(), words::JOB_STATE_FAILED);
  EXPECT_THAT(FoundIn(ended.ShortDebugString()), IsEmpty());
  for (const EchoingVendor::Answer& outage : Outages()) {
    echo_->Be(outage);
    static_cast<void>(ConnectWith("canary-echo2", "gong", fields));
  }
}

TEST_F(CanaryTest, BadRequestsLeaveNone) {
  const std::string url = suite_->vendors().base_url();
  const std::map<std::string, std::string> good = {
      {"access_key", kAccessKey}, {"access_key_secret", kAccessSecret}, {"base_url", url}};
  const auto with = [&](const std::string& name, const std::string& value) {
    auto fields = good;
    fields[name] = value;
    return fields;
  };
  const std::string authority = url.substr(7);
  EXPECT_FALSE(ConnectWith("canary-bad", "gong", {{"access_key", kAccessKey}}).ok());
  EXPECT_FALSE(ConnectWith("canary-bad", "gong", with("token", kOtherSecret)).ok());
  EXPECT_FALSE(ConnectWith("canary-bad", "no_such_platform", good).ok());
  EXPECT_FALSE(ConnectWith("", "gong", good).ok());
  EXPECT_FALSE(ConnectWith("not a workspace", "gong", good).ok());
  EXPECT_FALSE(ConnectWith("canary-bad", "gong", with("access_key_secret", kOtherSecret)).ok());
  for (const std::string& bad_url :
       {"http://user:" + std::string(kUrlPassword) + "@" + authority,
        "http://" + std::string(kUrlPassword) + "@" + authority, url + "/?key=" + kUrlPassword,
        url + "/#" + kUrlPassword, "://" + std::string(kUrlPassword),
        "ftp://user:" + std::string(kUrlPassword) + "@h",
        "http://a b:" + std::string(kUrlPassword)}) {
    static_cast<void>(ConnectWith("canary-bad", "gong", with("base_url", bad_url)));
  }
  const std::string odd = std::string(kOtherSecret) + "\n\r\t\x01";
  static_cast<void>(ConnectWith("canary-bad", "gong", with("access_key_secret", odd)));
  static_cast<void>(ConnectWith("canary-bad", "gong",
                                with("access_key", kOtherSecret + std::string(100'000, 'a'))));
}

TEST_F(CanaryTest, AVendorThatCannotBeReachedLeavesNone) {
  for (const std::string& url :
       {std::string("http://127.0.0.1:1"), std::string("https://no-such-host.invalid"),
        std::string("http://169.254.169.254")}) {
    EXPECT_FALSE(
        ConnectWith(
            "canary-away", "gong",
            {{"access_key", kAccessKey}, {"access_key_secret", kAccessSecret}, {"base_url", url}})
            .ok());
  }
}

TEST_F(CanaryTest, TokensLeaveNone) {
  const std::string good = suite_->TokenFor("SUPPORT dana");
  const std::string claims = crypto::ToBase64(std::string(R"({"sub":")") + kBearer + "\"}");
  const std::vector<std::string> headers = {
      std::string("Bearer ") + kBearer,
      "Bearer " + good.substr(0, good.find('.')) + "." + claims + "." + kBearer,
      "Bearer " + good + kBearer,
      std::string("Basic ") + kBearer,
      std::string(kBearer),
      "Bearer " + good,
  };
  for (const std::string& service : kServices) {
    for (const std::string& header : headers) {
      grpc::ClientContext context;
      rpc::Prepare(context, 3s);
      context.AddMetadata("authorization", header);
      const auto stub =
          scheduler::JobScheduler::NewStub(suite_->ChannelTo(service, "support-demo"));
      scheduler::ListImportJobsResponse response;
      See(rpc::FromGrpcStatus(
          stub->ListImportJobs(&context, scheduler::ListImportJobsRequest(), &response)));
    }
    // A signature is as good as a password while its token lives.
    EXPECT_THAT(suite_->LogOf(service), Not(HasSubstr(good.substr(good.rfind('.') + 1, 40))));
  }
}

// Codes, tokens, and our own client's secret; to a vendor that shows all of them to everybody.
TEST_F(CanaryTest, ApprovalsLeaveNone) {
  for (const EchoingVendor::Answer& refusal : Refusals()) static_cast<void>(Approve(refusal));
  for (const EchoingVendor::Answer& outage : Outages()) static_cast<void>(Approve(outage));
  const std::string api = echo_->url();
  const auto connected = Approve([api](const std::string&) { return Granted(api); });
  ASSERT_EQ(connected.state(), gateway::OAuthOutcome::STATE_CONNECTED)
      << connected.ShortDebugString();

  // The renewal, a verification and the revocation are answered with all that was asked.
  echo_->Be([](const std::string& request) {
    return HttpAnswer("401 No", R"({"requestId":"1","errors":[)" + AsJson(request) + "]}");
  });
  Client client = suite_->ClientFor("canary-oauth");
  EXPECT_TRUE(Eventually(40s, [&] {
    const auto known = SeeAllOf(client.Credentials());
    return known.ok() && known->size() == 1 && !known->front().is_valid();
  }));
  Verify("canary-oauth", connected.credential_id());
  vault::DeleteCredentialRequest remove;
  remove.set_workspace_id("canary-oauth");
  remove.set_credential_id(connected.credential_id());
  const auto admin =
      vault::CredentialAdmin::NewStub(suite_->ChannelTo("credential-manager", "support-demo"));
  EXPECT_THAT(SeeAll(rpc::Invoke(*admin, &vault::CredentialAdmin::Stub::DeleteCredential, remove)),
              IsOk());
  const auto audit = vault::Audit::NewStub(suite_->ChannelTo("credential-manager", "support-demo"));
  vault::ListAuditRequest entries;
  entries.set_workspace_id("canary-oauth");
  entries.set_action("revoke");
  EXPECT_TRUE(Eventually(20s, [&] {
    const auto listed = SeeAll(rpc::Invoke(*audit, &vault::Audit::Stub::ListAudit, entries));
    return listed.ok() && listed->entries_size() == 1;
  }));

  for (const std::string& query :
       {absl::StrCat("state=", kBearer, "&code=", kAccessSecret),
        absl::StrCat("code=", kAccessSecret), absl::StrCat("state=x&error=", kAccessSecret)}) {
    Send({.url = absl::StrCat("http://", browsers_, "/oauth/callback/gong?", query)});
    Send(
        {.url = absl::StrCat("http://", browsers_, "/oauth/callback/", kAccessSecret, "?", query)});
  }
}

TEST_F(CanaryTest, KeysThatComeWithAJobLeaveNone) {
  Client client = suite_->ClientFor("canary-inline");
  const auto create = [&](const std::string& platform, const std::string& url,
                          const std::string& secret) {
    scheduler::CreateImportJobRequest request;
    request.set_request_id(NewUuid());
    request.mutable_inline_credential()->set_platform(platform);
    auto& fields = *request.mutable_inline_credential()->mutable_fields();
    fields["access_key"] = kAccessKey;
    fields["access_key_secret"] = secret;
    fields["base_url"] = url;
    return SeeAll(client.Create(request));
  };
  const std::string good = suite_->vendors().base_url();

  EXPECT_FALSE(create("gong", good, kOtherSecret).ok());
  EXPECT_FALSE(create("no_such_platform", good, kAccessSecret).ok());
  EXPECT_FALSE(create("gong", absl::StrCat("http://", kUrlPassword, "@h"), kAccessSecret).ok());
  EXPECT_FALSE(create("gong", good, absl::StrCat(std::string(100'000, 'a'), kOtherSecret)).ok());
  for (const EchoingVendor::Answer& refusal : Refusals()) {
    echo_->Be(refusal);
    static_cast<void>(create("gong", echo_->url(), kAccessSecret));
  }
  const auto job = create("gong", good, kAccessSecret);
  ASSERT_THAT(job, IsOk());
  EXPECT_EQ(client.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_COMPLETED);
}

// Signing secrets, and deliveries of strangers who show what may be a secret.
TEST_F(CanaryTest, WebhooksLeaveNone) {
  Client client = suite_->ClientFor("canary-hooks");
  const std::string credential = ConnectTo(client, suite_->vendors().base_url());
  const auto inbox =
      gateway::WebhookInbox::NewStub(suite_->ChannelTo("adapter-gateway", "support-demo"));
  gateway::SubscribeRequest request;
  request.set_workspace_id("canary-hooks");
  request.set_credential_id(credential);
  request.set_signing_secret(kOtherSecret);
  const auto subscribed = rpc::Invoke(*inbox, &gateway::WebhookInbox::Stub::Subscribe, request);
  See(subscribed.status());
  ASSERT_THAT(subscribed, IsOk());
  const std::string url = subscribed->subscription().url();

  for (const std::string& target : {url, absl::StrCat(url, "/", kAccessSecret),
                                    absl::StrCat("http://", deliveries_, "/", kAccessSecret)}) {
    for (const std::string& authorization :
         {std::string(kBearer), absl::StrCat("Bearer ", kBearer),
          absl::StrCat("Bearer ", kBearer, ".", kBearer, ".", kBearer)}) {
      Send({.method = "POST",
            .url = target,
            .headers = {{"Authorization", authorization}, {"Content-Type", "application/json"}},
            .body = R"({"callData":{}})"});
    }
  }
  gateway::ListWebhooksRequest list;
  list.mutable_selection()->set_workspace_id("canary-hooks");
  static_cast<void>(SeeAll(rpc::Invoke(*inbox, &gateway::WebhookInbox::Stub::ListWebhooks, list)));
}

TEST_F(CanaryTest, BrokenMediaLeaveNone) {
  Client client = suite_->ClientFor("canary-media");
  const std::string credential = ConnectTo(client, suite_->vendors().base_url());
  uint64_t call = 0;
  for (const auto kind : {fake_vendors::FaultKind::kHtml, fake_vendors::FaultKind::kGarbage,
                          fake_vendors::FaultKind::kEmpty, fake_vendors::FaultKind::kCut}) {
    fake_vendors::Fault fault;
    fault.kind = kind;
    fault.endpoint = "media";
    fault.calls = {suite_->vendors().gong().book().IdOf(++call)};
    suite_->vendors().faults().Add(fault);
  }
  const auto job = SeeAll(client.CreateJob(credential));
  ASSERT_THAT(job, IsOk());

  EXPECT_EQ(client.WaitForEnd(job->job_id(), 60s).state(), words::JOB_STATE_PARTIAL);
  const auto calls = client.Calls(job->job_id());
  ASSERT_THAT(calls, IsOk());
  for (const auto& item : *calls) EXPECT_THAT(FoundIn(item.ShortDebugString()), IsEmpty());
}

TEST_F(CanaryTest, DatabaseErrorsLeaveNone) {
  Client client = suite_->ClientFor("canary-database");
  const std::string credential = ConnectTo(client, suite_->vendors().base_url());

  // PostgreSQL shows the row that it refuses.
  const auto tables = suite_->database().Tables();
  for (const std::string& table : tables) {
    suite_->database().Execute("ALTER TABLE " + table +
                               " ADD CONSTRAINT boom CHECK (false) NOT VALID");
  }
  DoEverything(client, credential);
  for (const char* service : {"credential-manager", "job-scheduler"}) {
    EXPECT_THAT(suite_->LogOf(service), HasSubstr("boom")) << "so there were errors";
  }
  for (const std::string& table : tables) {
    suite_->database().Execute("ALTER TABLE " + table + " DROP CONSTRAINT boom");
  }

  suite_->database().Execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  DoEverything(client, credential);
}

// What a service says when it cannot start, given this change of its configuration.
std::string LastWordsOf(Suite& suite, const std::string& service,
                        const std::function<void(Json&)>& change) {
  static std::atomic<int> count = 0;
  const std::string file = suite.ConfigFileOf(service) + std::to_string(++count) + ".bad.json";
  std::ifstream original(suite.ConfigFileOf(service));
  Json config = Json::parse(original);
  config["server"]["address"] = "127.0.0.1:0";
  config["server"]["metrics_address"] = "";
  change(config);
  std::ofstream(file) << config.dump();
  const std::string log = file + ".log";
  std::ofstream(log, std::ios::trunc).close();
  Process process(Suite::ProgramOf(service), {"--config=" + file}, "/", log);
  EXPECT_THAT(process.WaitForExit(30s), ::testing::Optional(1)) << service;
  std::ifstream said(log);
  return {std::istreambuf_iterator<char>(said), {}};
}

TEST_F(CanaryTest, AStartThatFailsLeavesNone) {
  const std::string password = kDsnPassword;
  std::vector<std::future<std::string>> last_words;
  for (const std::string& connection :
       {"host=/nowhere user=x dbname=y password=" + password,
        "password=" + password + " and more words", "host=/nowhere password='" + password,
        "postgresql://x:" + password + "@127.0.0.1:1/y", "postgresql://x:" + password + "@[bad/y",
        "postgresql://x:" + password + "@h:port/y",
        "postgresql://x:" + password + "@127.0.0.1/y?no_such=option"}) {
    // At once: some of them try for a while.
    last_words.push_back(std::async(std::launch::async, [connection] {
      return LastWordsOf(*suite_, "job-scheduler",
                         [&](Json& config) { config["database"]["connection"] = connection; });
    }));
  }
  for (auto& words : last_words) EXPECT_THAT(words.get(), AllOf(Not(IsEmpty()), HoldsNone()));
  const std::string key_file = (suite_->folder() / "broken.keys").string();
  for (const std::string& content :
       {std::string(kOtherSecret), "k1:" + std::string(kOtherSecret)}) {
    std::ofstream(key_file) << content << "\n";
    std::filesystem::permissions(key_file, std::filesystem::perms::owner_read);
    EXPECT_THAT(FoundIn(LastWordsOf(*suite_, "credential-manager",
                                    [&](Json& config) { config["key_file"] = key_file; })),
                IsEmpty());
    std::filesystem::remove(key_file);
  }
  EXPECT_THAT(FoundIn(LastWordsOf(*suite_, "status-tracker",
                                  [](Json& config) { config["passwort"] = kOtherSecret; })),
              IsEmpty());
  EXPECT_THAT(FoundIn(LastWordsOf(
                  *suite_, "status-tracker",
                  [](Json& config) { config["database"]["max_connections"] = kOtherSecret; })),
              IsEmpty());
}

}  // namespace
}  // namespace callimport::e2e
