// Canaries are planted wherever a secret may stand, then everything that can go wrong from outside
// is made to go wrong; and nowhere may one be found: not in a log, on a metrics page, in a status,
// nor in a table.
#include "callimport/adapter_gateway/v1/webhook_inbox.grpc.pb.h"
#include "callimport/credential_manager/v1/audit.grpc.pb.h"
#include "libs/crypto/base64.h"
#include "libs/crypto/digest.h"
#include "tests/e2e/canary_fixture.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Of the authorization server: tokens that sing, and end soon.
std::string Granted(const std::string& api) {
  return http::OkAnswer(
      absl::StrCat(R"({"access_token":")", kBearer, R"(","refresh_token":")", kOtherSecret,
                   R"(","expires_in":6,"api_base_url_for_customer":")", api, R"("})"));
}

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

}  // namespace
}  // namespace callimport::e2e
