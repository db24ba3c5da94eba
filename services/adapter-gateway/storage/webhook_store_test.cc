#include "services/adapter-gateway/storage/webhook_store.h"

#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "libs/audit/audit_log.h"
#include "libs/common/ids.h"
#include "libs/crypto/digest.h"
#include "libs/postgres/transact.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/storage/migrations.h"
#include "services/adapter-gateway/storage/webhook_keys_table.h"
#include "services/adapter-gateway/storage/webhook_logs_table.h"

namespace callimport::adapter_gateway {
namespace {

using testing::HasReason;
using testing::IsOk;
using Verdict = WebhookVerdict;

const WebhookSource kAcme{"acme", "credential-1", "openphone"};
const WebhookActor kDana{"support/dana", "correlation"};

class WebhookStoreTest : public testing::PostgresTest {
 protected:
  WebhookStoreTest() : PostgresTest("adapter_gateway", Migrations()) {}

  // Ids of one millisecond are in no order; receipts are listed by them.
  static std::string RisingId() {
    static std::mutex mutex;
    static std::string last;
    const std::lock_guard lock(mutex);
    std::string id = NewUuid();
    while (id <= last) id = NewUuid();
    return last = id;
  }

  // A delivery that differs from all others, unless told.
  static IncomingWebhook Delivery(const std::string& id, const WebhookSource& source = kAcme) {
    IncomingWebhook webhook;
    webhook.receipt = {.webhook_id = RisingId(),
                       .source = source,
                       .delivery_id = id,
                       .event_type = "call.completed",
                       .source_call_id = "call of " + id,
                       .body_sha256 = crypto::Sha256(id),
                       .body_bytes = static_cast<int64_t>(id.size()),
                       .received_at = std::chrono::system_clock::now()};
    webhook.business_key = "event " + id;
    webhook.body = std::string("\0\xFF", 2) + id;
    webhook.event = "event of " + id;
    return webhook;
  }

  Verdict Store(const IncomingWebhook& webhook) {
    const auto receipts = store_.StoreAll({webhook});
    EXPECT_THAT(receipts, IsOk());
    return receipts.ok() ? receipts->front().verdict : Verdict::kMalformed;
  }

  std::vector<std::string> Announced(int64_t after = 0) {
    std::vector<std::string> events;
    const auto read = store_.ReadAfter(after, 100'000);
    EXPECT_THAT(read, IsOk());
    for (const auto& announcement : *read) events.push_back(announcement.event);
    return events;
  }

  std::vector<WebhookReceipt> Receipts(std::vector<Verdict> verdicts = {}) {
    return *store_.List({.source = {.workspace_id = "acme"}, .verdicts = std::move(verdicts)}, "",
                        100'000);
  }

  WebhookStore store_{pool()};
};

TEST_F(WebhookStoreTest, AnnouncesWhatItStoredInOrder) {
  ASSERT_THAT(store_.StoreAll({Delivery("a"), Delivery("b")}), IsOk());
  Store(Delivery("c"));

  EXPECT_EQ(Announced(), (std::vector<std::string>{"event of a", "event of b", "event of c"}));
  EXPECT_EQ(Announced(2), std::vector<std::string>{"event of c"});
  const auto receipts = Receipts();
  ASSERT_EQ(receipts.size(), 3u);
  EXPECT_EQ(receipts[0].delivery_id, "c");
  EXPECT_EQ(receipts[0].revision, 3);
  EXPECT_EQ(receipts[0].body_sha256, crypto::Sha256("c"));
}

TEST_F(WebhookStoreTest, TheSameDeliveryFiveTimesHasOneEffectAndFiveReceipts) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Store(Delivery("a")), i == 0 ? Verdict::kAccepted : Verdict::kDuplicate);
  }
  EXPECT_EQ(Announced().size(), 1u);
  EXPECT_EQ(Receipts().size(), 5u);
}

TEST_F(WebhookStoreTest, KnowsADuplicateByItsDeliveryItsBodyAndItsEvent) {
  Store(Delivery("a"));
  IncomingWebhook same_delivery = Delivery("b");
  same_delivery.receipt.delivery_id = "a";
  IncomingWebhook same_body = Delivery("c");
  same_body.receipt.body_sha256 = crypto::Sha256("a");
  IncomingWebhook same_event = Delivery("d");
  same_event.business_key = "event a";
  for (const IncomingWebhook& same : {same_delivery, same_body, same_event}) {
    EXPECT_EQ(Store(same), Verdict::kDuplicate) << same.receipt.delivery_id;
  }
  EXPECT_EQ(Store(Delivery("a", {"acme", "credential-2", "openphone"})), Verdict::kAccepted);
}

TEST_F(WebhookStoreTest, KnowsADuplicateInTheSameBatch) {
  const auto receipts = store_.StoreAll({Delivery("a"), Delivery("b"), Delivery("a")});
  ASSERT_THAT(receipts, IsOk());
  EXPECT_EQ((*receipts)[0].verdict, Verdict::kAccepted);
  EXPECT_EQ((*receipts)[2].verdict, Verdict::kDuplicate);
  EXPECT_EQ((*receipts)[2].note, "the same delivery");
}

TEST_F(WebhookStoreTest, OneOfManyAtOnceIsAccepted) {
  std::atomic<int> accepted = 0;
  {
    std::vector<std::jthread> replicas;
    replicas.reserve(8);
    for (int replica = 0; replica < 8; ++replica) {
      replicas.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const auto id = [&](int n) { return Delivery(std::to_string(n)); };
          const auto receipts = store_.StoreAll({id(i), id(49 - i), id(i + 1)});
          if (!receipts.ok()) continue;
          for (const auto& receipt : *receipts) accepted += receipt.verdict == Verdict::kAccepted;
        }
      });
    }
  }
  EXPECT_EQ(accepted, 51);
  const auto announced = Announced();
  EXPECT_EQ(announced.size(), 51u);
  EXPECT_EQ(std::set<std::string>(announced.begin(), announced.end()).size(), 51u);
}

TEST_F(WebhookStoreTest, WhatNobodySignedIsNoDuplicateOfAnything) {
  IncomingWebhook refused = Delivery("a");
  refused.receipt.verdict = Verdict::kBadSignature;
  EXPECT_EQ(Store(refused), Verdict::kBadSignature);
  EXPECT_EQ(Store(Delivery("a")), Verdict::kAccepted);
  EXPECT_EQ(Announced().size(), 1u);
}

TEST_F(WebhookStoreTest, HoldsOneAccountAndAnnouncesAllOfItLater) {
  ASSERT_THAT(store_.Hold(kAcme, "mass import", kDana), IsOk());
  EXPECT_EQ(Store(Delivery("a")), Verdict::kHeld);
  EXPECT_EQ(Store(Delivery("x", {"acme", "credential-2", "openphone"})), Verdict::kAccepted);
  EXPECT_EQ(Store(Delivery("b")), Verdict::kHeld);
  EXPECT_EQ(Store(Delivery("a")), Verdict::kDuplicate);
  EXPECT_EQ(Announced(), std::vector<std::string>{"event of x"});

  EXPECT_EQ(*store_.LetGo(kAcme, "done", kDana), 2);

  EXPECT_EQ(Store(Delivery("c")), Verdict::kAccepted);
  EXPECT_EQ(Announced(1), (std::vector<std::string>{"event of a", "event of b", "event of c"}));
  EXPECT_TRUE(Receipts({Verdict::kHeld}).empty());
  EXPECT_EQ(*store_.LetGo(kAcme, "again", kDana), 0);
}

// Whoever follows a held account sees what he would have seen without the hold.
TEST_F(WebhookStoreTest, ADrainUnderLoadKeepsTheOrderAndLosesNothing) {
  constexpr int kDeliveries = 3'000;
  ASSERT_THAT(store_.Hold(kAcme, "", kDana), IsOk());
  std::vector<IncomingWebhook> held;
  held.reserve(kDeliveries / 2);
  for (int i = 0; i < kDeliveries / 2; ++i) held.push_back(Delivery(std::to_string(i)));
  ASSERT_THAT(store_.StoreAll(held), IsOk());
  {
    const std::jthread vendor([&] {
      for (int i = kDeliveries / 2; i < kDeliveries; ++i) Store(Delivery(std::to_string(i)));
    });
    ASSERT_THAT(store_.LetGo(kAcme, "", kDana), IsOk());
  }
  ASSERT_THAT(store_.FinishDrains(), IsOk());
  const auto announced = Announced();
  ASSERT_EQ(announced.size(), static_cast<size_t>(kDeliveries));
  for (int i = 0; i < kDeliveries; ++i) {
    ASSERT_EQ(announced[static_cast<size_t>(i)], "event of " + std::to_string(i));
  }
}

TEST_F(WebhookStoreTest, FinishesADrainThatWasBrokenOff) {
  ASSERT_THAT(store_.Hold(kAcme, "", kDana), IsOk());
  Store(Delivery("a"));
  ASSERT_THAT(
      postgres::Transact(
          pool(), [](pqxx::work& tx) { tx.exec("UPDATE webhook_holds SET draining = true"); }),
      IsOk());
  EXPECT_EQ(Store(Delivery("b")), Verdict::kHeld);

  ASSERT_THAT(store_.FinishDrains(), IsOk());

  EXPECT_EQ(Announced(), (std::vector<std::string>{"event of a", "event of b"}));
  EXPECT_EQ(Store(Delivery("c")), Verdict::kAccepted);
}

TEST_F(WebhookStoreTest, ReplaysWhatWasSelected) {
  Store(Delivery("a"));
  Store(Delivery("b"));
  IncomingWebhook other = Delivery("c");
  other.receipt.event_type = "call.missed";
  Store(other);
  Store(Delivery("a"));
  const WebhookSelection completed{.source = {.workspace_id = "acme"},
                                   .event_types = {"call.completed"},
                                   .verdicts = {Verdict::kAccepted}};

  EXPECT_EQ(*store_.CountReplayable(completed), 2);
  EXPECT_EQ(Announced().size(), 3u);
  EXPECT_EQ(*store_.Replay(completed, kDana), 2);

  EXPECT_EQ(Announced(3), (std::vector<std::string>{"event of a", "event of b"}));
  EXPECT_EQ(Receipts({Verdict::kAccepted}).back().revision, 4);
  EXPECT_EQ(*store_.CountReplayable({.source = {.workspace_id = "other"}}), 0);
}

// Several chunks, while the vendor goes on and somebody replays what is replayed.
TEST_F(WebhookStoreTest, AReplayWithoutAnEndEndsWithWhatWasThereWhenItBegan) {
  constexpr int kThere = 2'500;
  std::vector<IncomingWebhook> there;
  there.reserve(kThere);
  for (int i = 0; i < kThere; ++i) there.push_back(Delivery(std::to_string(i)));
  ASSERT_THAT(store_.StoreAll(there), IsOk());
  const WebhookSelection all{.source = {.workspace_id = "acme"}};
  const int64_t counted = *store_.CountReplayable(all);
  EXPECT_EQ(counted, kThere);
  {
    const std::jthread vendor([&](const std::stop_token& stop) {
      for (int i = kThere; !stop.stop_requested(); ++i) Store(Delivery(std::to_string(i)));
    });
    const auto replayed = store_.Replay(all, kDana);
    ASSERT_THAT(replayed, IsOk());
    EXPECT_GE(*replayed, kThere);
  }
  const auto plan = store_.CountReplayable(all);
  std::map<std::string, int> times;
  for (const std::string& event : Announced()) ++times[event];
  EXPECT_EQ(static_cast<int64_t>(times.size()), *plan);
  for (int i = 0; i < kThere; ++i) EXPECT_EQ(times["event of " + std::to_string(i)], 2) << i;
}

TEST_F(WebhookStoreTest, ReplaysNothingThatCameAfterItsBeginning) {
  Store(Delivery("a"));
  const WebhookSelection all{.source = {.workspace_id = "acme"}};
  const auto plan =
      *postgres::Transact(pool(), [&](pqxx::work& tx) { return PlanReplay(tx, all); });
  Store(Delivery("b"));
  const auto list = [&] {
    return postgres::Transact(pool(),
                              [&](pqxx::work& tx) { return ListReplayable(tx, all, plan, "", 10); })
        ->webhook_ids.size();
  };
  EXPECT_EQ(plan.deliveries, 1);
  EXPECT_EQ(list(), 1u);
  // Nor what somebody else has replayed meanwhile.
  ASSERT_THAT(store_.Replay(all, kDana), IsOk());
  EXPECT_EQ(list(), 0u);
}

TEST_F(WebhookStoreTest, ReplaysNothingOfAnAccountThatIsHeld) {
  const WebhookSource other{"acme", "credential-2", "openphone"};
  Store(Delivery("a"));
  Store(Delivery("b", other));
  ASSERT_THAT(store_.Hold(kAcme, "mass import", kDana), IsOk());
  const WebhookSelection all{.source = {.workspace_id = "acme"}};
  EXPECT_THAT(store_.CountReplayable(all), HasReason("WEBHOOKS_HELD"));
  EXPECT_THAT(store_.Replay(all, kDana), HasReason("WEBHOOKS_HELD"));
  EXPECT_EQ(*store_.Replay({.source = other}, kDana), 1);
  ASSERT_THAT(store_.LetGo(kAcme, "done", kDana), IsOk());
  EXPECT_EQ(*store_.Replay(all, kDana), 2);
  EXPECT_EQ(Announced(), (std::vector<std::string>{"event of a", "event of b", "event of b",
                                                   "event of a", "event of b"}));
}

// One message holds 16 MiB; a page that is larger would stop whoever follows for good.
TEST_F(WebhookStoreTest, ReadsNoMoreAtOnceThanAMessageHolds) {
  constexpr size_t kBig = 3 << 20;
  const auto store = [&](const std::string& id, size_t size) {
    IncomingWebhook webhook = Delivery(id);
    webhook.event = std::string(size, id[0]);
    Store(webhook);
  };
  for (const char* id : {"a", "b", "c"}) store(id, id[0] == 'b' ? 2 * kBig : kBig);
  store("d", 1);
  const auto read = [&](int64_t after) {
    std::string starts;
    const auto page = *store_.ReadAfter(after, 10);
    for (const auto& announcement : page) {
      EXPECT_EQ(announcement.revision, after + static_cast<int64_t>(starts.size()) + 1);
      starts += announcement.event.empty() ? "-" : announcement.event.substr(0, 1);
    }
    return starts;
  };
  EXPECT_EQ(read(0), "a");
  EXPECT_EQ(read(1), "b");
  EXPECT_EQ(read(2), "cd");
  ASSERT_THAT(
      postgres::Transact(pool(),
                         [](pqxx::work& tx) {
                           tx.exec("DELETE FROM webhook_logs WHERE delivery_id IN ('a', 'c')");
                         }),
      IsOk());
  EXPECT_EQ(read(0), "-b");
  EXPECT_EQ(read(2), "-d");
}

TEST_F(WebhookStoreTest, SelectsByTimeAndPages) {
  for (const char* id : {"a", "b", "c"}) Store(Delivery(id));
  const auto all = Receipts();
  const WebhookSelection first{
      .source = {.workspace_id = "acme"}, .start = all[2].received_at, .end = all[1].received_at};
  const auto selected = *store_.List(first, "", 10);
  ASSERT_EQ(selected.size(), 1u);
  EXPECT_EQ(selected[0].delivery_id, "a");
  const auto rest = *store_.List({.source = {.workspace_id = "acme"}}, all[0].webhook_id, 1);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].delivery_id, "b");
}

TEST_F(WebhookStoreTest, SaysThatARevisionIsGone) {
  Store(Delivery("a"));
  EXPECT_THAT(store_.ReadAfter(7, 10), HasReason("REVISION_GONE"));
}

TEST_F(WebhookStoreTest, ForgetsByAgeButNotWhatIsHeld) {
  ASSERT_THAT(store_.Hold(kAcme, "", kDana), IsOk());
  Store(Delivery("held"));
  Store(Delivery("old", {"acme", "credential-2", "openphone"}));

  ASSERT_THAT(store_.Forget(std::chrono::system_clock::now() + std::chrono::hours(2),
                            std::chrono::hours(1)),
              IsOk());

  const auto left = Receipts();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].delivery_id, "held");
}

TEST_F(WebhookStoreTest, ForgetsOldKeysSomeAtATimeUntilNoneIsLeft) {
  const auto run = [&](const std::string& sql) {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) { return tx.exec1(sql)[0].as<int>(); });
  };
  run("WITH old AS (INSERT INTO webhook_keys (key, seen_at) SELECT gen_random_uuid(),"
      " now() - interval '2 hours' FROM generate_series(1, 12000) RETURNING 1)"
      " SELECT count(*) FROM old");
  run("WITH young AS (INSERT INTO webhook_keys (key) VALUES (gen_random_uuid()) RETURNING 1)"
      " SELECT count(*) FROM young");
  const auto some = postgres::Transact(
      pool(), [&](pqxx::work& tx) { return ForgetKeys(tx, std::chrono::hours(1), 500); });
  EXPECT_EQ(*some, 500);
  EXPECT_EQ(run("SELECT count(*) FROM webhook_keys"), 11'501);

  ASSERT_THAT(store_.Forget(std::chrono::system_clock::now(), std::chrono::hours(1)), IsOk());

  EXPECT_EQ(run("SELECT count(*) FROM webhook_keys"), 1);
}

TEST_F(WebhookStoreTest, KeepsOneSubscriptionOfAnAccount) {
  const auto first = store_.Subscribe({.subscription_id = NewUuid(), .source = kAcme}, kDana);
  const auto second = store_.Subscribe({.subscription_id = NewUuid(), .source = kAcme}, kDana);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(second->subscription_id, first->subscription_id);
  WebhookSubscription changed = *first;
  changed.state = SubscriptionState::kActive;
  changed.vendor_ids = {"WH1", "WH2"};
  changed.covered_until = Timestamp(std::chrono::seconds(1'767'225'600));
  ASSERT_THAT(store_.UpdateSubscription(changed), IsOk());
  ASSERT_THAT(store_.MarkDelivered({{first->subscription_id, *changed.covered_until}}), IsOk());

  const auto found = store_.FindSubscription(first->subscription_id);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->vendor_ids, changed.vendor_ids);
  EXPECT_EQ(found->covered_until, changed.covered_until);
  EXPECT_EQ(found->last_delivery_at, changed.covered_until);
  EXPECT_EQ(store_.ListSubscriptions("acme")->size(), 1u);
  EXPECT_EQ(store_.ListSubscriptions("other")->size(), 0u);
  EXPECT_THAT(store_.FindSubscription(NewUuid()), HasReason("SUBSCRIPTION_NOT_FOUND"));
}

TEST_F(WebhookStoreTest, WritesDownWhoHeldLetGoAndReplayed) {
  ASSERT_THAT(store_.Hold(kAcme, "mass import", kDana), IsOk());
  ASSERT_THAT(store_.LetGo(kAcme, "done", kDana), IsOk());
  ASSERT_THAT(store_.Replay({.source = {.workspace_id = "acme"}}, kDana), IsOk());

  const auto records = *postgres::Transact(pool(), [](pqxx::work& tx) {
    return audit::AuditLog(audit::AuditTable{}).ReadAfter(tx, 0, 10);
  });
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].entry.action, "hold_webhooks");
  EXPECT_EQ(records[1].entry.action, "let_go_webhooks");
  EXPECT_EQ(records[2].entry.action, "replay_webhooks");
  EXPECT_EQ(records[2].entry.actor, "support/dana");
}

}  // namespace
}  // namespace callimport::adapter_gateway
