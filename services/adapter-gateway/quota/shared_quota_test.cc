// Replicas that share their budgets through PostgreSQL.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/quota/quota_broker.h"
#include "services/adapter-gateway/storage/migrations.h"
#include "services/adapter-gateway/storage/quota_store.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasReason;
using testing::IsOk;

// A replica: its tokens, and the thread that shares them.
class Replica {
 public:
  Replica(postgres::Pool& pool, const std::string& name)
      : store_(pool, name, 500ms), ticking_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            broker_.Tick().IgnoreError();
            std::this_thread::sleep_for(QuotaBroker::kTick);
          }
        }) {}

  QuotaBroker& broker() { return broker_; }

 private:
  QuotaStore store_;
  QuotaBroker broker_{SystemClock(), store_};
  std::jthread ticking_;
};

class SharedQuotaTest : public testing::PostgresTest {
 protected:
  SharedQuotaTest() : PostgresTest("adapter_gateway", Migrations()) {}

  std::vector<Timestamp> SendAll(const std::vector<Replica*>& replicas, const QuotaPolicy& policy,
                                 std::chrono::milliseconds time) {
    std::vector<std::pair<Replica*, LivePolicy>> all;
    all.reserve(replicas.size());
    for (Replica* replica : replicas) all.emplace_back(replica, policy);
    return SendAll(all, time);
  }

  // Two threads of each replica send as fast as they may until then, by what it knows.
  static std::vector<Timestamp> SendAll(
      const std::vector<std::pair<Replica*, LivePolicy>>& replicas,
      std::chrono::milliseconds time) {
    const Timestamp end = SystemClock().Now() + time;
    std::mutex mutex;
    std::vector<Timestamp> sent;
    std::vector<std::jthread> threads;
    for (const auto& [replica, policy] : replicas) {
      for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&, &broker = replica->broker(), &known = policy] {
          while (broker.Acquire("gong/1", known, {.until = end}).ok()) {
            std::lock_guard lock(mutex);
            sent.push_back(SystemClock().Now());
          }
        });
      }
    }
    threads.clear();
    std::sort(sent.begin(), sent.end());
    return sent;
  }

  static size_t MostIn(const std::vector<Timestamp>& sent, Timestamp::duration period) {
    size_t most = 0;
    for (size_t first = 0, end = 0; first < sent.size(); ++first) {
      while (end < sent.size() && sent[end] < sent[first] + period) ++end;
      most = std::max(most, end - first);
    }
    return most;
  }

  QuotaStore store_{pool(), "reader", 5s};
};

TEST_F(SharedQuotaTest, SharesOneBudgetBetweenReplicas) {
  Replica first(pool(), "a");
  Replica second(pool(), "b");
  const QuotaPolicy policy{.windows = {{.limit = 20, .period = 500ms}}};

  const auto sent = SendAll({&first, &second}, policy, 5s);

  // A moment passes between taking a token and noting the time.
  EXPECT_LE(MostIn(sent, 480ms), 20u);
  EXPECT_GE(sent.size(), 160u);
}

TEST_F(SharedQuotaTest, FollowsAnotherLimitWhicheverReplicaHearsOfItFirst) {
  Replica first(pool(), "a");
  Replica second(pool(), "b");
  const QuotaPolicy large{.windows = {{.limit = 40, .period = 500ms}}};
  const QuotaPolicy small{.windows = {{.limit = 10, .period = 500ms}}, .version = 1};
  LivePolicy known_to_first = large;
  LivePolicy known_to_second = large;
  const auto send = [&](std::chrono::milliseconds time) {
    return SendAll({{&first, known_to_first}, {&second, known_to_second}}, time);
  };

  const auto before = send(2s);
  known_to_first.Set(small);
  send(1s);  // until the other has heard of it
  const auto lowered = send(3s);
  known_to_second.Set(small);
  send(500ms);
  QuotaPolicy raised = large;
  raised.version = 2;
  known_to_first.Set(raised);
  known_to_second.Set(raised);
  send(1s);
  const auto after = send(3s);

  EXPECT_LE(MostIn(before, 480ms), 40u);
  EXPECT_GT(MostIn(before, 500ms), 10u);
  EXPECT_LE(MostIn(lowered, 480ms), 10u);
  EXPECT_GT(lowered.size(), 20u);
  EXPECT_LE(MostIn(after, 480ms), 40u);
  EXPECT_GT(MostIn(after, 500ms), 10u);
}

TEST_F(SharedQuotaTest, GivesTheTokensOfTheDeadToTheOthersButNeverTwice) {
  const QuotaPolicy policy{.windows = {{.limit = 5, .period = 1s}, {.limit = 40, .period = 24h}}};
  auto first = std::make_unique<Replica>(pool(), "a");
  auto sent = SendAll({first.get()}, policy, 1500ms);
  first.reset();  // without a word
  Replica second(pool(), "b");

  const auto more = SendAll({&second}, policy, 8s);

  sent.insert(sent.end(), more.begin(), more.end());
  EXPECT_LE(MostIn(sent, 960ms), 5u);
  EXPECT_LE(sent.size(), 40u);
  EXPECT_GE(sent.size(), 35u);  // the first died with a chunk in its hands
}

TEST_F(SharedQuotaTest, StopsAllReplicasWhenOneIsRefused) {
  Replica first(pool(), "a");
  Replica second(pool(), "b");
  const QuotaPolicy policy{.windows = {{.limit = 50, .period = 1s}}};
  SendAll({&first, &second}, policy, 500ms);
  const Timestamp now = SystemClock().Now();

  first.broker().Refused("gong/1", policy, "", now, now + 30s);
  ASSERT_THAT(first.broker().Tick(), IsOk());

  // The second hears of it in its rhythm.
  absl::Status waits;
  const auto told_to_wait = [&] { return RetryDelayOf(waits).value_or(0ms) > 20s; };
  for (const Timestamp end = now + 10s; !told_to_wait() && SystemClock().Now() < end;) {
    waits = second.broker().Acquire("gong/1", policy, {.until = SystemClock().Now()});
  }
  EXPECT_TRUE(told_to_wait()) << waits;
  EXPECT_THAT(waits, HasReason("QUOTA_EXHAUSTED"));
  const auto standing = store_.Explain("gong/1", policy.windows);
  ASSERT_THAT(standing, IsOk());
  ASSERT_TRUE(standing->stopped_until.has_value());
  EXPECT_GT(standing->budgets[0].learned_limit, 0);
}

TEST_F(SharedQuotaTest, ShowsWhatIsLeft) {
  Replica replica(pool(), "a");
  const QuotaPolicy policy{.windows = {{.limit = 1'000, .period = 24h, .reserve = 100}}};
  for (int i = 0; i < 7; ++i) {
    ASSERT_THAT(replica.broker().Acquire("gong/1", policy, {.until = SystemClock().Now() + 1s}),
                IsOk());
  }
  ASSERT_THAT(replica.broker().Release(), IsOk());

  const auto standing = store_.Explain("gong/1", policy.windows);

  ASSERT_THAT(standing, IsOk());
  EXPECT_EQ(standing->budgets[0].left, 993);
  EXPECT_FALSE(standing->stopped_until.has_value());
}

TEST_F(SharedQuotaTest, ShowsAllOfABudgetThatNobodyHasUsed) {
  const auto standing = store_.Explain("gong/2", {{.limit = 3, .period = 1s}});

  ASSERT_THAT(standing, IsOk());
  EXPECT_EQ(standing->budgets[0].left, 3);
  EXPECT_FALSE(standing->budgets[0].reset.has_value());
}

TEST_F(SharedQuotaTest, KeepsAccountsApart) {
  Replica replica(pool(), "a");
  const QuotaPolicy policy{.windows = {{.limit = 1, .period = 24h}}};
  const Patience patience{.until = SystemClock().Now() + 1s};

  EXPECT_THAT(replica.broker().Acquire("gong/1", policy, patience), IsOk());
  EXPECT_THAT(replica.broker().Acquire("gong/1", policy, patience), HasReason("QUOTA_EXHAUSTED"));
  EXPECT_THAT(replica.broker().Acquire("gong/2", policy, patience), IsOk());
}

TEST_F(SharedQuotaTest, CountsAllAccountsTogetherWhereTheVendorDoes) {
  Replica replica(pool(), "a");
  const QuotaPolicy policy{.windows = {{.limit = 1, .period = 24h, .scope = QuotaScope::kApp}}};
  const Patience patience{.until = SystemClock().Now() + 1s};

  EXPECT_THAT(replica.broker().Acquire("zoom/1", policy, patience), IsOk());
  EXPECT_THAT(replica.broker().Acquire("zoom/2", policy, patience), HasReason("QUOTA_EXHAUSTED"));
  EXPECT_THAT(replica.broker().Acquire("dialpad/1", policy, patience), IsOk());
}

TEST_F(SharedQuotaTest, CountsGroupsOfEndpointsApart) {
  Replica replica(pool(), "a");
  const QuotaPolicy policy{.windows = {{.limit = 1, .period = 24h, .group = "heavy"},
                                       {.limit = 2, .period = 24h, .group = "light"}}};
  const Patience patience{.until = SystemClock().Now() + 1s};
  const auto ask = [&](const std::string& group) {
    return replica.broker().Acquire("rc/1", policy, patience, {.group = group, .urgent = false});
  };

  EXPECT_THAT(ask("heavy"), IsOk());
  EXPECT_THAT(ask("heavy"), HasReason("QUOTA_EXHAUSTED"));
  EXPECT_THAT(ask("light"), IsOk());
  EXPECT_THAT(ask("light"), IsOk());
}

TEST_F(SharedQuotaTest, RemembersTheBreakersThatAreOpen) {
  const Timestamp probe_at = std::chrono::floor<std::chrono::seconds>(SystemClock().Now()) + 60s;
  const BreakerNotice open{.account = "gong/1",
                           .group = "/v2/calls",
                           .open = true,
                           .probe_at = probe_at,
                           .reason = "Gong does not answer"};
  ASSERT_THAT(store_.Save({open}), IsOk());

  const auto found = store_.ListBreakers("gong/1");
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().group, "/v2/calls");
  EXPECT_EQ(found->front().probe_at, probe_at);

  ASSERT_THAT(store_.Save({{.account = "gong/1", .group = "/v2/calls"}}), IsOk());
  EXPECT_TRUE(store_.ListBreakers("gong/1")->empty());
}

}  // namespace
}  // namespace callimport::adapter_gateway
