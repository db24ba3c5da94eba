#include "services/adapter-gateway/webhooks/subscriber.h"

#include <gmock/gmock.h>

#include <set>

#include "callimport/adapter_gateway/v1/webhook_inbox.pb.h"
#include "libs/catalog/catalog.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/http/fake_http_client.h"
#include "libs/jwt/token_forge_fixture.h"
#include "libs/postgres/transact.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/api/webhook_inbox_service.h"
#include "services/adapter-gateway/sessions/fake_vault.h"
#include "services/adapter-gateway/storage/migrations.h"
#include "services/adapter-gateway/webhooks/fake_webhook_secrets.h"
#include "services/adapter-gateway/webhooks/ingress.h"
#include "services/adapter-gateway/webhooks/webhook_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using http::MakeResponse;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using Stub = v1::WebhookInbox::Stub;

constexpr char kBase[] = "https://hooks.example";

// OpenPhone's webhooks, in memory.
class WebhookVendor {
 public:
  absl::StatusOr<http::Response> Answer(const http::Request& request) {
    const size_t place = request.url.find("/webhooks");
    if (place == std::string::npos) return MakeResponse(200, "{}");
    const std::string id =
        request.url.size() > place + 10 ? request.url.substr(place + 10) : std::string();
    if (request.method == "POST") return Add();
    if (request.method == "DELETE") {
      ids_.erase(id);
      return MakeResponse(204, "");
    }
    if (!id.empty()) {
      return ids_.contains(id) ? MakeResponse(200, R"({"data":{"status":"enabled"}})")
                               : MakeResponse(404, "{}");
    }
    std::string list;
    for (const std::string& known : ids_) {
      list += (list.empty() ? "" : ",") + (R"({"id":")" + known + R"(","url":")" + url_ + R"("})");
    }
    return MakeResponse(200, R"({"data":[)" + list + "]}");
  }

  void set_url(const std::string& url) { url_ = url; }
  std::set<std::string>& ids() { return ids_; }

 private:
  http::Response Add() {
    const std::string id = "WH" + std::to_string(++count_);
    ids_.insert(id);
    return MakeResponse(
        201, R"({"data":{"id":")" + id + R"(","secret":")" + OpenPhoneSecret() + R"("}})");
  }

  std::set<std::string> ids_;
  std::string url_;
  int count_ = 0;
};

class SubscriberTest : public testing::PostgresTest {
 protected:
  SubscriberTest() : PostgresTest("adapter_gateway", Migrations()) {
    vault_.Put("acme", "phone", "openphone", {{"api_key", "k"}});
    vault_.Put("acme", "gong", "gong", {{"access_key", "k"}, {"access_key_secret", "s"}});
  }

  auto Subscribe(const std::string& credential, const std::string& secret = "") {
    return subscriber_.Subscribe({.account = {"acme", credential, ""},
                                  .signing_secret = Secret(secret),
                                  .audited = {"support/dana", ""},
                                  .patience = {.until = clock_.Now() + std::chrono::minutes(1)}});
  }
  std::vector<v1::WebhookEvent> Announced() {
    std::vector<v1::WebhookEvent> events;
    const auto announcements = *store_.ReadAfter(0, 100);
    for (const auto& announcement : announcements) {
      events.emplace_back().ParseFromString(announcement.event);
    }
    return events;
  }

  testing::FakeClock clock_;
  FakeVault vault_{clock_};
  FakeWebhookSecrets signing_{clock_};
  WebhookVendor vendor_;
  http::FakeHttpClient http_{
      [this](const http::Request& request) { return vendor_.Answer(request); }};
  const PlatformRegistry platforms_ =
      *PlatformRegistry::Build(*LoadCatalog(CATALOG_DIR), {}, AllPlatforms(clock_));
  QuotaBroker quota_{clock_};
  CircuitBreakers breakers_{clock_};
  const VendorLine line_{.http = http_,
                         .quota = quota_,
                         .breakers = breakers_,
                         .clock = clock_,
                         .pause = [this](auto pause) { clock_.Advance(pause); }};
  AccessLeases leases_{vault_, clock_};
  VendorAccounts accounts_{platforms_, leases_};
  WebhookStore store_{pool()};
  feed::FeedSignal appended_;
  SigningSecrets secrets_{signing_, clock_};
  WebhookSubscriber subscriber_{accounts_, line_, store_, secrets_, appended_, kBase};
};

TEST_F(SubscriberTest, HasTheVendorSendHereAndKeepsItsSecret) {
  const auto view = Subscribe("phone");
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->subscription.state, SubscriptionState::kActive);
  EXPECT_EQ(view->subscription.vendor_ids, std::vector<std::string>{"WH1"});
  EXPECT_EQ(view->url,
            std::string(kBase) + "/hooks/openphone/" + view->subscription.subscription_id);
  EXPECT_EQ(view->instructions, "");
  const auto secrets = secrets_.Of({"acme", "phone", "openphone"});
  ASSERT_THAT(secrets, IsOk());
  ASSERT_EQ((*secrets)->size(), 1u);
  EXPECT_EQ((*secrets)->front().text.Reveal(), OpenPhoneSecret());

  const auto again = Subscribe("phone");
  EXPECT_EQ(again->subscription.subscription_id, view->subscription.subscription_id);
  EXPECT_EQ(vendor_.ids().size(), 1u);
}

TEST_F(SubscriberTest, MakesAnewWhatTheVendorForgotAndAnnouncesTheGap) {
  const auto view = Subscribe("phone");
  ASSERT_THAT(view, IsOk());
  vendor_.set_url(view->url);
  ASSERT_THAT(subscriber_.Watch(), IsOk());
  EXPECT_TRUE(Announced().empty());
  const Timestamp covered = clock_.Now();
  clock_.Advance(std::chrono::minutes(5));
  vendor_.ids() = {"WH-of-nobody"};

  ASSERT_THAT(subscriber_.Watch(), IsOk());

  EXPECT_EQ(vendor_.ids(), std::set<std::string>{"WH2"});
  const auto events = Announced();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].event_type(), "callimport.gap");
  EXPECT_EQ(events[0].credential_id(), "phone");
  EXPECT_EQ(events[0].event_time().seconds(),
            std::chrono::duration_cast<std::chrono::seconds>(covered.time_since_epoch()).count());
  EXPECT_EQ(store_.ListSubscriptions("acme")->front().state, SubscriptionState::kActive);
  ASSERT_THAT(subscriber_.Watch(), IsOk());
  EXPECT_EQ(Announced().size(), 1u);
}

// Whatever breaks off while a subscription is made anew, the gap is announced in the end.
TEST_F(SubscriberTest, ForgetsNoGapWhenItIsInterrupted) {
  ASSERT_THAT(Subscribe("phone"), IsOk());
  const Timestamp covered = clock_.Now();
  clock_.Advance(std::chrono::minutes(5));
  vendor_.ids().clear();
  const auto hinder = [&](const std::string& sql) {
    ASSERT_THAT(postgres::Transact(pool(), [&](pqxx::work& tx) { tx.exec(sql); }), IsOk());
  };
  hinder("ALTER TABLE webhook_logs ADD CONSTRAINT no_room CHECK (false) NOT VALID");
  EXPECT_FALSE(subscriber_.Watch().ok());
  EXPECT_TRUE(Announced().empty());
  hinder("ALTER TABLE webhook_logs DROP CONSTRAINT no_room");
  clock_.Advance(std::chrono::minutes(5));

  ASSERT_THAT(subscriber_.Watch(), IsOk());

  const auto events = Announced();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(FromProto(events[0].event_time()), covered);
}

TEST_F(SubscriberTest, LeavesSubscriptionsOfCredentialsThatAreGone) {
  ASSERT_THAT(Subscribe("phone"), IsOk());
  ASSERT_THAT(Subscribe("gong"), IsOk());
  vault_.Delete("acme", "phone");
  clock_.Advance(std::chrono::minutes(5));

  EXPECT_THAT(subscriber_.Watch(), IsOk()) << "nobody is warned of it every five minutes";

  const auto left = subscriber_.List("acme");
  ASSERT_THAT(left, IsOk());
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ((*left)[0].subscription.source.credential_id, "gong");
}

TEST_F(SubscriberTest, TellsAPersonWhatToDoAndShowsTheSecretOnce) {
  const auto view = Subscribe("gong");
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->subscription.state, SubscriptionState::kByHand);
  EXPECT_THAT(view->instructions, HasSubstr("Fire webhook"));
  const std::string secret = view->url.substr(view->url.rfind('/') + 1);
  EXPECT_EQ(secret.size(), 43u);
  EXPECT_EQ(Subscribe("gong")->url, view->url);

  const auto listed = subscriber_.List("acme");
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_THAT(listed->front().url, ::testing::Not(HasSubstr(secret)));
  EXPECT_TRUE(subscriber_.List("other")->empty());
}

// Gong's key is known to everybody: it must not open the address.
TEST_F(SubscriberTest, KeepsAPublicKeyBesideTheSecretOfTheAddress) {
  const jwt::TokenForge forge;
  const auto view = Subscribe("gong", forge.PublicPem("rsa"));
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->url.substr(view->url.rfind('/') + 1).size(), 43u);
  EXPECT_EQ((*secrets_.Of({"acme", "gong", "gong"}))->size(), 2u);
}

TEST_F(SubscriberTest, RefusesWhatItCannotDo) {
  EXPECT_THAT(Subscribe("unknown"), HasReason("CREDENTIAL_NOT_FOUND"));
  WebhookSubscriber deaf{accounts_, line_, store_, secrets_, appended_, ""};
  EXPECT_THAT(deaf.Subscribe({.account = {"acme", "gong", ""}, .patience = {.until = {}}}),
              HasReason("WEBHOOKS_NOT_RECEIVED"));
}

class WebhookInboxServiceTest : public SubscriberTest {
 protected:
  v1::WebhookSelection Acme() {
    v1::WebhookSelection selection;
    selection.set_workspace_id("acme");
    return selection;
  }
  void Store(const std::string& id, size_t padding = 0) {
    IncomingWebhook webhook;
    webhook.receipt = {.webhook_id = NewUuid(),
                       .source = {"acme", "phone", "openphone"},
                       .delivery_id = id,
                       .event_type = "call.completed",
                       .body_sha256 = id,
                       .received_at = std::chrono::system_clock::now()};
    v1::WebhookEvent event;
    event.set_source_call_id(id);
    event.mutable_record()->set_source_metadata(std::string(padding, 'x'));
    webhook.event = event.SerializeAsString();
    ASSERT_THAT(store_.StoreAll({webhook}), IsOk());
    appended_.Raise();
  }
  auto Replay(const v1::WebhookSelection& selection, bool dry_run) {
    v1::ReplayWebhooksRequest request;
    *request.mutable_selection() = selection;
    request.set_dry_run(dry_run);
    return rpc::Invoke(*support_, &Stub::ReplayWebhooks, request);
  }

  WebhookInboxService service_{store_, subscriber_, appended_, clock_};
  testing::RpcServer server_{
      {&service_},
      {testing::Allow("callimport.adapter_gateway.v1.WebhookInbox", "service/job-scheduler"),
       testing::Allow("callimport.adapter_gateway.v1.WebhookInbox/ReplayWebhooks", "support/*"),
       testing::Allow("callimport.adapter_gateway.v1.WebhookInbox/ListWebhooks", "support/*")},
      "adapter-gateway"};
  std::unique_ptr<Stub> support_ = v1::WebhookInbox::NewStub(server_.ChannelOf("support-demo"));
  std::unique_ptr<Stub> scheduler_ = v1::WebhookInbox::NewStub(server_.ChannelOf("job-scheduler"));
};

TEST_F(WebhookInboxServiceTest, StreamsWhatIsThereThenWhatComes) {
  Store("a");
  Store("b");
  grpc::ClientContext context;
  v1::WatchWebhooksRequest request;
  request.set_after_revision(1);
  const auto reader = scheduler_->WatchWebhooks(&context, request);
  v1::WatchWebhooksResponse message;
  ASSERT_TRUE(reader->Read(&message));
  ASSERT_EQ(message.events_size(), 1);
  EXPECT_EQ(message.events(0).source_call_id(), "b");
  EXPECT_EQ(message.events(0).revision(), 2);
  Store("c");
  do {
    ASSERT_TRUE(reader->Read(&message));
  } while (message.events().empty());
  EXPECT_EQ(message.events(0).source_call_id(), "c");
  appended_.Close();
  while (reader->Read(&message)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(WebhookInboxServiceTest, StreamsLongEventsInSeveralMessages) {
  constexpr int kEvents = 20;
  for (int i = 0; i < kEvents; ++i) Store(std::to_string(i), 1 << 20);
  grpc::ClientContext context;
  const auto reader = scheduler_->WatchWebhooks(&context, v1::WatchWebhooksRequest());
  v1::WatchWebhooksResponse message;
  int next = 0;
  while (next < kEvents && reader->Read(&message)) {
    for (const auto& event : message.events()) {
      EXPECT_EQ(event.source_call_id(), std::to_string(next++));
    }
  }
  EXPECT_EQ(next, kEvents);
  context.TryCancel();
}

TEST_F(WebhookInboxServiceTest, RefusesToFollowFromNowhere) {
  for (const int64_t revision : {-1, 7}) {
    grpc::ClientContext context;
    v1::WatchWebhooksRequest request;
    request.set_after_revision(revision);
    const auto reader = scheduler_->WatchWebhooks(&context, request);
    v1::WatchWebhooksResponse message;
    EXPECT_FALSE(reader->Read(&message));
    EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()),
                HasReason(revision < 0 ? "INVALID_REQUEST" : "REVISION_GONE"));
  }
}

TEST_F(WebhookInboxServiceTest, StreamsOnlyWhatComesWhenAskedToAndSaysFromWhere) {
  Store("a");
  Store("b");
  grpc::ClientContext context;
  v1::WatchWebhooksRequest request;
  request.set_from_newest(true);
  const auto reader = scheduler_->WatchWebhooks(&context, request);
  v1::WatchWebhooksResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_TRUE(message.events().empty());
  EXPECT_EQ(message.revision(), 2);
  Store("c");
  do {
    ASSERT_TRUE(reader->Read(&message));
  } while (message.events().empty());
  EXPECT_EQ(message.events(0).source_call_id(), "c");
  EXPECT_EQ(message.revision(), 3);
  appended_.Close();
  while (reader->Read(&message)) {
  }
}

TEST_F(WebhookInboxServiceTest, ReplaysAfterADryRun) {
  for (const char* id : {"a", "b"}) Store(id);
  EXPECT_EQ(Replay(Acme(), true)->deliveries(), 2);
  EXPECT_EQ(store_.ReadAfter(0, 10)->size(), 2u);
  EXPECT_EQ(Replay(Acme(), false)->deliveries(), 2);
  EXPECT_EQ(store_.ReadAfter(0, 10)->size(), 4u);
}

TEST_F(WebhookInboxServiceTest, ReplaysNothingThatWasNotVerified) {
  v1::WebhookSelection selection = Acme();
  selection.add_verdicts(v1::WEBHOOK_VERDICT_BAD_SIGNATURE);
  EXPECT_THAT(Replay(selection, true), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Replay(v1::WebhookSelection(), true), HasReason("INVALID_REQUEST"));
}

TEST_F(WebhookInboxServiceTest, ListsReceiptsInPages) {
  for (const char* id : {"a", "b", "c"}) Store(id);
  v1::ListWebhooksRequest request;
  *request.mutable_selection() = Acme();
  request.mutable_page()->set_page_size(2);
  const auto first = rpc::Invoke(*support_, &Stub::ListWebhooks, request);
  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->webhooks_size(), 2);
  EXPECT_EQ(first->webhooks(0).verdict(), v1::WEBHOOK_VERDICT_ACCEPTED);
  request.mutable_page()->set_page_token(first->next_page_token());
  const auto second = rpc::Invoke(*support_, &Stub::ListWebhooks, request);
  ASSERT_EQ(second->webhooks_size(), 1);
  EXPECT_EQ(second->next_page_token(), "");
}

}  // namespace
}  // namespace callimport::adapter_gateway
