// From a vendor's signed delivery to those who follow, whatever happens on the way.
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "callimport/adapter_gateway/v1/webhook_inbox.grpc.pb.h"
#include "libs/crypto/digest.h"
#include "libs/http/curl_http_client.h"
#include "libs/jwt/token_forge_fixture.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/free_port.h"
#include "tests/e2e/inbox_follower.h"
#include "tests/e2e/own_postgres.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;
using ::testing::HasSubstr;

// A tenant of Gong whose rule fires webhooks with signed headers.
class GongRule {
 public:
  std::string PublicKey() const { return forge_.PublicPem("rsa"); }
  void set_url(const std::string& url) { url_ = url; }

  static std::string Body(const std::string& call_id) {
    return R"({"callData":{"metaData":{"id":")" + call_id +
           R"(","title":"Intro","started":"2026-01-05T10:00:00Z","duration":60}}})";
  }

  // The status of the answer; 0: there was none.
  int Fire(const std::string& call_id, const std::string& signed_body = "") {
    const std::string body = Body(call_id);
    const std::string claims =
        R"({"webhook_url":")" + url_ + R"(","body_sha256":")" +
        crypto::ToHex(crypto::Sha256(signed_body.empty() ? body : signed_body)) + R"("})";
    const auto answer =
        client_.Send({.method = "POST",
                      .url = url_,
                      .headers = {{"Authorization", "Bearer " + forge_.Mint("rsa", claims)},
                                  {"Content-Type", "application/json"}},
                      .body = body,
                      .deadlines = {.total = 10s}});
    return answer.ok() ? answer->status : 0;
  }

 private:
  const jwt::TokenForge forge_;
  http::CurlHttpClient client_;
  std::string url_;
};

class WebhookTest : public ::testing::Test {
 protected:
  WebhookTest() {
    credential_ = suite_.ConnectGong(client_);
    gateway::SubscribeRequest request;
    request.set_workspace_id("acme");
    request.set_credential_id(credential_);
    request.set_signing_secret(rule_.PublicKey());
    const auto subscribed = rpc::Invoke(*inbox_, &Inbox::Subscribe, request, {.timeout = 20s});
    EXPECT_THAT(subscribed, IsOk());
    if (!subscribed.ok()) return;
    shown_ = subscribed->subscription();
    // Signed headers go without the secret at the end.
    rule_.set_url(shown_.url().substr(0, shown_.url().rfind('/')));
  }

  SuiteOptions Options() {
    SuiteOptions options = QuickCalls(1);
    options.services = {"credential-manager", "adapter-gateway"};
    options.patch = [this](const std::string& service, Json& config) {
      if (service != "adapter-gateway") return;
      config["webhooks"] = {{"listen_address", address_}, {"public_base", "http://" + address_}};
    };
    return options;
  }

  int64_t SetHold(bool hold) {
    gateway::SetWebhookHoldRequest request;
    request.set_workspace_id("acme");
    request.set_credential_id(credential_);
    request.set_hold(hold);
    const auto held = rpc::Invoke(*inbox_, &Inbox::SetWebhookHold, request, {.timeout = 20s});
    EXPECT_THAT(held, IsOk());
    return held.ok() ? held->deliveries() : -1;
  }

  std::unique_ptr<Inbox> InboxAs(const std::string& certificate) {
    return gateway::WebhookInbox::NewStub(suite_.ChannelTo("adapter-gateway", certificate));
  }

  OwnPostgres postgres_;
  const std::string address_ = "127.0.0.1:" + std::to_string(FreePort());
  Suite suite_{Options()};
  Client client_ = suite_.ClientFor("acme");
  const std::unique_ptr<Inbox> inbox_ = InboxAs("support-demo");
  GongRule rule_;
  std::string credential_;
  gateway::Subscription shown_;
};

TEST_F(WebhookTest, IsVerifiedStoredAndFollowed) {
  InboxFollower follower(InboxAs("job-scheduler"));
  EXPECT_THAT(shown_.instructions(), HasSubstr("Fire webhook"));

  EXPECT_EQ(rule_.Fire("7782342274025937895"), 200);
  EXPECT_EQ(rule_.Fire("7782342274025937895"), 200);
  EXPECT_EQ(rule_.Fire("1", "another body"), 401);

  EXPECT_TRUE(follower.Awaits({"7782342274025937895"}, 5s));
  EXPECT_EQ(follower.Seen().at("7782342274025937895"), 1);
  EXPECT_FALSE(follower.Seen().contains("1"));
  EXPECT_THAT(suite_.MetricsOf("adapter-gateway"),
              HasSubstr(R"(webhooks_total{platform="gong",verdict="duplicate"} 1)"));
}

TEST_F(WebhookTest, IsHeldWhileSomebodyWantsIt) {
  InboxFollower follower(InboxAs("job-scheduler"));
  EXPECT_EQ(SetHold(true), 0);
  EXPECT_EQ(rule_.Fire("held-1"), 200);
  EXPECT_EQ(rule_.Fire("held-2"), 200);
  EXPECT_TRUE(follower.Seen().empty());

  EXPECT_EQ(SetHold(false), 2);

  EXPECT_TRUE(follower.Awaits({"held-1", "held-2"}, 5s));
}

// Each that was answered with 200 is announced, once, though the database goes away twice and the
// gateway is killed.
TEST_F(WebhookTest, IsNotLostOnceItWasAccepted) {
  constexpr int kVendors = 8;
  constexpr int kEach = 60;
  InboxFollower follower(InboxAs("job-scheduler"));
  std::set<std::string> accepted;
  std::atomic<int> refused = 0;
  std::atomic<int> sent = 0;
  std::mutex mutex;
  {
    std::vector<std::jthread> vendors;
    for (int vendor = 0; vendor < kVendors; ++vendor) {
      vendors.emplace_back([&, vendor] {
        for (int i = 0; i < kEach; ++i) {
          const std::string call = std::to_string(vendor * kEach + i + 1);
          // As vendors do, it comes again until it is accepted.
          EXPECT_TRUE(Eventually(60s, [&] {
            const bool taken = rule_.Fire(call) == 200;
            if (!taken) ++refused;
            return taken;
          }));
          ++sent;
          std::lock_guard lock(mutex);
          accepted.insert(call);
        }
      });
    }
    const auto after = [&](int deliveries) {
      EXPECT_TRUE(Eventually(60s, [&] { return sent >= deliveries; }));
    };
    after(kVendors * kEach / 4);
    postgres_.Stop();
    EXPECT_TRUE(Eventually(30s, [&] { return refused > 0; }));
    postgres_.Start();
    after(kVendors * kEach / 2);
    suite_.Kill("adapter-gateway");
    suite_.Start("adapter-gateway");
    after(kVendors * kEach * 3 / 4);
    postgres_.Stop();
    postgres_.Start();
  }
  EXPECT_EQ(accepted.size(), static_cast<size_t>(kVendors * kEach));
  EXPECT_GT(refused, 0) << "nothing went wrong, so nothing was shown";
  EXPECT_TRUE(follower.Awaits(accepted, 20s));
  for (const auto& [call, times] : follower.Seen()) EXPECT_EQ(times, 1) << call;
}

}  // namespace
}  // namespace callimport::e2e
