#include "services/adapter-gateway/webhooks/ingress.h"

#include <algorithm>
#include <latch>
#include <set>
#include <thread>

#include "callimport/adapter_gateway/v1/webhook_inbox.pb.h"
#include "libs/common/ids.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/storage/migrations.h"
#include "services/adapter-gateway/webhooks/fake_webhook_secrets.h"
#include "services/adapter-gateway/webhooks/webhook_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using testing::IsOk;
using Verdict = WebhookVerdict;

class WebhookIngressTest : public testing::PostgresTest {
 protected:
  WebhookIngressTest() : PostgresTest("adapter_gateway", Migrations()) {
    subscription_ = Subscribe("openphone", "credential-1");
    vault_.Put("credential-1", OpenPhoneSecret());
  }

  std::string Subscribe(const std::string& platform, const std::string& credential) {
    const auto made = store_.Subscribe(
        {.subscription_id = NewUuid(), .source = {"acme", credential, platform}}, {});
    EXPECT_THAT(made, IsOk());
    return made->subscription_id;
  }

  http::ServedRequest Delivery(const std::string& id, const std::string& type = "call.completed") {
    return OpenPhoneDelivery(subscription_, id, OpenPhoneBody("EV" + id, "AC" + id, type),
                             clock_.Now());
  }
  int Send(const http::ServedRequest& request) { return ingress_.OnRequest(request).status; }

  // Receipts that nobody waits for come a little later.
  std::vector<WebhookReceipt> Receipts(size_t count) {
    const auto list = [&] { return *store_.List({.source = {.workspace_id = "acme"}}, "", 1'000); };
    std::vector<WebhookReceipt> receipts = list();
    for (int batches = 0; batches < 100 && receipts.size() < count; ++batches) {
      appended_.Wait(seen_, std::chrono::seconds(1));
      receipts = list();
    }
    EXPECT_EQ(receipts.size(), count);
    return receipts;
  }
  std::vector<v1::WebhookEvent> Announced() {
    std::vector<v1::WebhookEvent> events;
    const auto announcements = *store_.ReadAfter(0, 10'000);
    for (const auto& announcement : announcements) {
      events.emplace_back().ParseFromString(announcement.event);
    }
    return events;
  }

  testing::FakeClock clock_;
  FakeWebhookSecrets vault_{clock_};
  WebhookStore store_{pool()};
  feed::FeedSignal appended_;
  uint64_t seen_ = 0;
  SubscriptionBook book_{store_, clock_};
  SigningSecrets secrets_{vault_, clock_};
  WebhookInbox inbox_{[&](const auto& webhooks) { return store_.StoreAll(webhooks); }, appended_};
  WebhookIngress ingress_{
      book_, secrets_, inbox_, clock_, {.public_base = "https://hooks.example", .per_second = 100}};
  std::string subscription_;
};

TEST_F(WebhookIngressTest, AnnouncesWhatTheVendorSigned) {
  EXPECT_EQ(Send(Delivery("1")), 200);

  const auto events = Announced();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].workspace_id(), "acme");
  EXPECT_EQ(events[0].credential_id(), "credential-1");
  EXPECT_EQ(events[0].event_type(), "call.completed");
  EXPECT_EQ(events[0].source_call_id(), "AC1");
  const auto receipts = Receipts(1);
  EXPECT_EQ(receipts[0].delivery_id, "1");
  EXPECT_EQ(receipts[0].body_bytes, static_cast<int64_t>(Delivery("1").body.size()));
}

TEST_F(WebhookIngressTest, AnswersARepetitionGladlyAndAnnouncesItOnce) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Send(Delivery("1")), 200);
  EXPECT_EQ(Announced().size(), 1u);
  Receipts(5);
}

TEST_F(WebhookIngressTest, RefusesWhatIsNotSignedAndKeepsNothingOfItButAReceipt) {
  http::ServedRequest bad = Delivery("1");
  bad.body += " ";
  http::ServedRequest missing = Delivery("2");
  missing.headers.erase("webhook-signature");
  http::ServedRequest old =
      OpenPhoneDelivery(subscription_, "3", "{}", clock_.Now() - std::chrono::minutes(6));
  for (const auto& request : {bad, missing, old}) EXPECT_EQ(Send(request), 401);

  EXPECT_TRUE(Announced().empty());
  const auto receipts = Receipts(3);
  std::multiset<Verdict> verdicts;
  for (const auto& receipt : receipts) verdicts.insert(receipt.verdict);
  EXPECT_EQ(verdicts,
            (std::multiset{Verdict::kBadSignature, Verdict::kBadSignature, Verdict::kTooOld}));
  // What was refused does not stand in the way of the real one.
  EXPECT_EQ(Send(Delivery("1")), 200);
  EXPECT_EQ(Announced().size(), 1u);
}

TEST_F(WebhookIngressTest, BoundsTheReceiptsOfWhatIsRefused) {
  http::ServedRequest bad = Delivery("1");
  bad.body += " ";
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Send(bad), 401);
  EXPECT_EQ(Send(Delivery("good")), 200);
  EXPECT_LE(Receipts(21).size(), 21u);
}

TEST_F(WebhookIngressTest, KnowsNoOtherAddresses) {
  http::ServedRequest elsewhere = Delivery("1");
  for (const std::string& path :
       {std::string("/"), std::string("/hooks/"), std::string("/hooks/openphone/"),
        "/hooks/openphone/" + NewUuid(), "/hooks/gong/" + subscription_,
        std::string("/hooks/openphone/not-a-uuid")}) {
    elsewhere.path = path;
    EXPECT_EQ(Send(elsewhere), 404) << path;
  }
}

TEST_F(WebhookIngressTest, AsksTheDatabaseForFewOfTheAddressesThatStrangersTry) {
  http::ServedRequest elsewhere = Delivery("1");
  int not_now = 0;
  for (int i = 0; i < SubscriptionBook::kLookupsPerSecond + 20; ++i) {
    elsewhere.path = "/hooks/openphone/" + NewUuid();
    not_now += Send(elsewhere) == 503;
  }
  EXPECT_EQ(not_now, 20);
}

TEST_F(WebhookIngressTest, StrangersDoNotStandInTheWayOfThoseWhoWereThereAtTheStart) {
  ASSERT_THAT(book_.Load(), IsOk());
  http::ServedRequest elsewhere = Delivery("1");
  for (int i = 0; i < SubscriptionBook::kLookupsPerSecond + 20; ++i) {
    elsewhere.path = "/hooks/openphone/" + NewUuid();
    Send(elsewhere);
  }
  EXPECT_EQ(Send(Delivery("1")), 200);
}

TEST_F(WebhookIngressTest, TakesNoMoreOfOneAccountThanAllowed) {
  int taken = 0;
  for (int i = 0; i < 120; ++i) taken += Send(Delivery(std::to_string(i))) == 200;
  EXPECT_EQ(taken, 100);
}

// Whoever learns an address must not shut the vendor out of it, nor fill the log.
TEST_F(WebhookIngressTest, WhatCannotBeBelievedUsesUpNothingOfWhatTheVendorMaySend) {
  http::ServedRequest bad = Delivery("1");
  bad.body += " ";
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Send(bad), 401);
  EXPECT_EQ(Send(Delivery("1")), 200);
}

TEST_F(WebhookIngressTest, BoundsTheReceiptsOfHandshakes) {
  const std::string ringcentral = Subscribe("ringcentral", "credential-5");
  vault_.Put("credential-5", "ours");
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(Send({.method = "POST",
                    .path = "/hooks/ringcentral/" + ringcentral,
                    .headers = {{"validation-token", "theirs"}}}),
              200);
  }
  EXPECT_EQ(Send(Delivery("good")), 200);
  EXPECT_LE(Receipts(21).size(), 21u);
}

TEST_F(WebhookIngressTest, AnnouncesAVeryLongCallWithoutItsRecord) {
  const std::string id = Subscribe("gong", "credential-3");
  vault_.Put("credential-3", "s3cret");
  const std::string title(2 << 20, 'x');
  EXPECT_EQ(Send({.method = "POST",
                  .path = "/hooks/gong/" + id + "/s3cret",
                  .body = R"({"callData":{"metaData":{"id":7,"title":")" + title + "\"}}}"}),
            200);
  const auto events = Announced();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].source_call_id(), "7");
  EXPECT_FALSE(events[0].has_record());
}

TEST_F(WebhookIngressTest, KnowsALongDeliveryIdWhenItComesAgain) {
  const std::string id(1'000, 'x');
  EXPECT_EQ(Send(OpenPhoneDelivery(subscription_, id, OpenPhoneBody("EV1", "AC1"), clock_.Now())),
            200);
  EXPECT_EQ(Send(OpenPhoneDelivery(subscription_, id, OpenPhoneBody("EV2", "AC2"), clock_.Now())),
            200);
  EXPECT_EQ(Announced().size(), 1u);
  const auto receipts = Receipts(2);
  EXPECT_EQ(receipts[0].verdict, Verdict::kDuplicate);
  EXPECT_EQ(receipts[0].delivery_id, receipts[1].delivery_id);
  EXPECT_EQ(receipts[0].delivery_id.size(), 7u + 64);
}

TEST_F(WebhookIngressTest, KeepsWhatConcernsNoCallsWithoutAnnouncingIt) {
  EXPECT_EQ(Send(Delivery("1", "contact.updated")), 200);
  EXPECT_EQ(Send(Delivery("2", "call.ringing")), 200);
  EXPECT_TRUE(Announced().empty());
  for (const auto& receipt : Receipts(2)) EXPECT_EQ(receipt.verdict, Verdict::kIgnored);
}

TEST_F(WebhookIngressTest, KeepsWhatItCannotRead) {
  EXPECT_EQ(Send(OpenPhoneDelivery(subscription_, "1", "{\"id\":[}", clock_.Now())), 200);
  EXPECT_EQ(Receipts(1)[0].verdict, Verdict::kMalformed);
}

TEST_F(WebhookIngressTest, SurvivesIdsThatNoTableTakes) {
  const std::string body = OpenPhoneBody("EV\\u0000x", "AC\\u0000");
  EXPECT_EQ(Send(OpenPhoneDelivery(subscription_, "\xFF\xFE", body, clock_.Now())), 200);
  EXPECT_EQ(Send(Delivery("2")), 200);
  EXPECT_EQ(Announced().size(), 1u);
}

TEST_F(WebhookIngressTest, AsksForTheDeliveryAgainWhenItCannotBeVerifiedOrStored) {
  vault_.set_down(true);
  EXPECT_EQ(Send(Delivery("1")), 503);
  vault_.set_down(false);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Send(Delivery("1")), 200);
}

// Another replica has stored the secret by which the vendor signs now.
TEST_F(WebhookIngressTest, BelievesANewSecretThatItHasNotHeardOf) {
  const std::string known = "whsec_" + crypto::ToBase64("another secret of 24 byte");
  const std::string subscription = Subscribe("openphone", "credential-6");
  vault_.Put("credential-6", known);
  const auto send = [&] {
    return Send(OpenPhoneDelivery(subscription, "1", OpenPhoneBody("EV1", "AC1"), clock_.Now()));
  };
  EXPECT_EQ(send(), 401);
  vault_.Put("credential-6", OpenPhoneSecret());
  clock_.Advance(std::chrono::seconds(15));
  EXPECT_EQ(send(), 200);
}

TEST_F(WebhookIngressTest, BelievesBothSecretsWhileAVendorIsMovedToANewOne) {
  vault_.Put("credential-1", "whsec_" + crypto::ToBase64("another secret of 24 byte"));
  EXPECT_EQ(Send(Delivery("1")), 200);
  ASSERT_THAT(secrets_.TellUses(), IsOk());
  EXPECT_EQ(vault_.uses(), std::vector<std::string>{"id of " + OpenPhoneSecret()});
  ASSERT_THAT(secrets_.TellUses(), IsOk());
  EXPECT_EQ(vault_.uses().size(), 1u);
  EXPECT_EQ(vault_.leases(), 1);
}

TEST_F(WebhookIngressTest, TakesRetreaversCallsFromTheQuery) {
  const std::string id = Subscribe("retreaver", "credential-2");
  vault_.Put("credential-2", "s3cret");
  for (const char* event :
       {"start", "target_selected", "answered", "end", "converted", "tagged", "recording"}) {
    http::ServedRequest request{
        .method = "GET",
        .path = "/hooks/retreaver/" + id,
        .query = {{"token", "s3cret"}, {"event", event}, {"call_uuid", "u1"}}};
    EXPECT_EQ(Send(request), 200) << event;
    request.query["token"] = "wrong";
    EXPECT_EQ(Send(request), 401) << event;
  }
  std::set<std::string> announced;
  for (const auto& event : Announced()) {
    EXPECT_EQ(event.source_call_id(), "u1");
    announced.insert(event.event_type());
  }
  EXPECT_EQ(announced,
            (std::set<std::string>{"call.end", "call.converted", "call.tagged", "call.recording"}));
}

TEST_F(WebhookIngressTest, TakesTheWholeCallFromGong) {
  const std::string id = Subscribe("gong", "credential-3");
  vault_.Put("credential-3", "s3cret");
  const http::ServedRequest request{
      .method = "POST",
      .path = "/hooks/gong/" + id + "/s3cret",
      .body = R"({"callData":{"metaData":{"id":7782342274025937895,"title":"Intro"}}})"};
  EXPECT_EQ(Send(request), 200);
  const auto events = Announced();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].source_call_id(), "7782342274025937895");
  EXPECT_EQ(events[0].record().title(), "Intro");
  EXPECT_THAT(events[0].record().source_metadata(), ::testing::HasSubstr("7782342274025937895"));
}

TEST_F(WebhookIngressTest, AnswersTheHandshakesOfZoomAndRingCentral) {
  const std::string zoom = Subscribe("zoom_phone", "credential-4");
  vault_.Put("credential-4", "zoom-secret");
  const http::ServedAnswer challenge = ingress_.OnRequest(
      {.method = "POST",
       .path = "/hooks/zoom_phone/" + zoom,
       .body = R"({"event":"endpoint.url_validation","payload":{"plainToken":"abc"}})"});
  EXPECT_EQ(challenge.status, 200);
  EXPECT_THAT(challenge.body, ::testing::HasSubstr("encryptedToken"));
  const std::string ringcentral = Subscribe("ringcentral", "credential-5");
  vault_.Put("credential-5", "ours");
  const http::ServedAnswer echo = ingress_.OnRequest({.method = "POST",
                                                      .path = "/hooks/ringcentral/" + ringcentral,
                                                      .headers = {{"validation-token", "theirs"}}});
  EXPECT_EQ(echo.status, 200);
  EXPECT_EQ(echo.headers.at("Validation-Token"), "theirs");
  for (const auto& receipt : Receipts(2)) EXPECT_EQ(receipt.verdict, Verdict::kHandshake);
}

TEST(WebhookInboxTest, OneThatCannotBeStoredSpoilsNoOther) {
  feed::FeedSignal appended;
  WebhookInbox inbox(
      [](const std::vector<IncomingWebhook>& webhooks)
          -> absl::StatusOr<std::vector<WebhookReceipt>> {
        std::vector<WebhookReceipt> receipts;
        for (const IncomingWebhook& webhook : webhooks) {
          if (webhook.receipt.delivery_id == "bad") return absl::InternalError("invalid bytes");
          receipts.push_back(webhook.receipt);
        }
        return receipts;
      },
      appended, {.batches_at_once = 1});
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> vendors;
    for (int i = 0; i < 20; ++i) {
      vendors.emplace_back([&, i] {
        IncomingWebhook webhook;
        webhook.receipt.delivery_id = i == 7 ? "bad" : "good";
        good += inbox.Store(std::move(webhook)).ok();
      });
    }
  }
  EXPECT_EQ(good, 19);
}

// As long as the database is away, bodies pile up.
TEST(WebhookInboxTest, BoundsTheBytesThatWait) {
  feed::FeedSignal appended;
  std::latch stored{1};
  std::atomic<size_t> largest = 0;
  WebhookInbox inbox(
      [&](const std::vector<IncomingWebhook>& webhooks) {
        stored.wait();
        size_t bytes = 0;
        std::vector<WebhookReceipt> receipts;
        for (const IncomingWebhook& webhook : webhooks) {
          bytes += webhook.body.size();
          receipts.push_back(webhook.receipt);
        }
        largest = std::max(largest.load(), bytes);
        return absl::StatusOr<std::vector<WebhookReceipt>>(receipts);
      },
      appended,
      {.max_batch_bytes = 300,
       .max_waiting_bytes = 1'000,
       .batches_at_once = 1,
       .patience = std::chrono::seconds(60)});
  IncomingWebhook big;
  big.body = std::string(1'001, 'x');
  EXPECT_THAT(inbox.Store(big), testing::HasReason("INBOX_FULL"));
  big.body.resize(100);
  std::atomic<int> full = 0;
  {
    std::vector<std::jthread> vendors;
    vendors.reserve(40);
    for (int i = 0; i < 40; ++i) {
      vendors.emplace_back([&] {
        // Three are being stored at most, and ten wait: the others are told.
        if (!inbox.Store(big).ok() && ++full == 27) stored.count_down();
      });
    }
  }
  EXPECT_GE(full, 27);
  EXPECT_LE(largest, 300u);
}

TEST(WebhookInboxTest, SaysThatItIsFull) {
  feed::FeedSignal appended;
  WebhookInbox inbox(
      [](const std::vector<IncomingWebhook>&) -> absl::StatusOr<std::vector<WebhookReceipt>> {
        return absl::UnavailableError("down");
      },
      appended, {.max_waiting = 0});
  EXPECT_THAT(inbox.Store({}), testing::HasReason("INBOX_FULL"));
}

}  // namespace
}  // namespace callimport::adapter_gateway
