#include "services/adapter-gateway/quota/quota_broker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

class QuotaBrokerTest : public ::testing::Test {
 protected:
  Patience NoPatience() { return {.until = clock_.Now()}; }

  testing::FakeClock clock_;
  QuotaBroker broker_{clock_};
  QuotaPolicy policy_{.windows = {{.limit = 3, .period = 1s}, {.limit = 5, .period = 60s}}};
};

TEST_F(QuotaBrokerTest, HoldsAllWindowsAtOnce) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());
  EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), HasReason("QUOTA_EXHAUSTED"));

  clock_.Advance(1s);

  for (int i = 0; i < 2; ++i) EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());
  const absl::Status refused = broker_.Acquire("a", policy_, NoPatience());
  EXPECT_THAT(refused, HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(RetryDelayOf(refused), 59s);
}

TEST_F(QuotaBrokerTest, SaysWhenToComeBack) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());
  clock_.Advance(400ms);

  EXPECT_EQ(RetryDelayOf(broker_.Acquire("a", policy_, NoPatience())), 600ms);
}

TEST_F(QuotaBrokerTest, KeepsAccountsApart) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());

  EXPECT_THAT(broker_.Acquire("b", policy_, NoPatience()), IsOk());
}

TEST_F(QuotaBrokerTest, StopsTheWholeAccountWhenTheVendorHasHadEnough) {
  broker_.StopUntil("a", policy_, clock_.Now() + 7s);

  EXPECT_EQ(RetryDelayOf(broker_.Acquire("a", policy_, NoPatience())), 7s);
  clock_.Advance(7s);
  EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());
}

TEST_F(QuotaBrokerTest, NeverShortensAStop) {
  broker_.StopUntil("a", policy_, clock_.Now() + 7s);
  broker_.StopUntil("a", policy_, clock_.Now() + 1s);

  EXPECT_EQ(RetryDelayOf(broker_.Acquire("a", policy_, NoPatience())), 7s);
}

TEST_F(QuotaBrokerTest, LeavesTheLineOfThoseWhomNobodyWaitsFor) {
  broker_.StopUntil("a", policy_, clock_.Now() + 7s);

  EXPECT_THAT(broker_.Acquire("a", policy_,
                              {.until = clock_.Now() + 20s, .cancelled = [] { return true; }}),
              HasCode(absl::StatusCode::kCancelled));
}

TEST_F(QuotaBrokerTest, LetsThoseInLineGoOnceTheLimitIsRaised) {
  LivePolicy policy = QuotaPolicy{.windows = {{.limit = 1, .period = 60s}}};
  EXPECT_THAT(broker_.Acquire("a", policy, NoPatience()), IsOk());
  // Whoever is in line is asked now and then whether he still waits.
  const Patience patience{.until = clock_.Now() + 90s, .cancelled = [&] {
                            policy.Set({.windows = {{.limit = 2, .period = 60s}}, .version = 1});
                            return false;
                          }};

  EXPECT_THAT(broker_.Acquire("a", policy, patience), IsOk());
}

TEST_F(QuotaBrokerTest, TellsWhatTheAccountWithTheLeastIsLetThrough) {
  const auto told = [&](const std::string& account, int64_t limit) {
    EXPECT_THAT(broker_.Acquire(account, policy_, NoPatience()), IsOk());
    broker_.Heed(account, policy_, {.limit = limit, .remaining = limit, .reset = 60s});
    EXPECT_THAT(broker_.Tick(), IsOk());
    clock_.Advance(1s);
    EXPECT_THAT(broker_.Acquire(account, policy_, NoPatience()), IsOk());
    EXPECT_THAT(broker_.Tick(), IsOk());
  };
  EXPECT_TRUE(broker_.MeasuredOf("gong").empty());

  told("gong/one", 4);
  told("gong/two", 2);
  told("gongs/another", 1);

  const auto measured = broker_.MeasuredOf("gong");
  ASSERT_EQ(measured.size(), 1u);
  EXPECT_EQ(measured[0].window.limit, 5);
  EXPECT_EQ(measured[0].limit, 2);
  EXPECT_EQ(measured[0].accounts, 2);
}

TEST_F(QuotaBrokerTest, LimitsNothingWithoutWindows) {
  const QuotaPolicy none;
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(broker_.Acquire("a", none, NoPatience()), IsOk());
}

// Requests of two groups, the heavier of which are allowed less often.
class UnlikeRequestsTest : public QuotaBrokerTest {
 protected:
  // Somebody in line; he gives up when told to.
  class InLine {
   public:
    InLine(UnlikeRequestsTest& test, const std::string& group) {
      result_ = std::async(std::launch::async, [&test, group, this] {
        const Patience patience{.until = test.clock_.Now() + 1h, .cancelled = [this] {
                                  if (!seen_.test_and_set()) in_line_.set_value();
                                  return gives_up_.load();
                                }};
        return test.broker_.Acquire("a", test.policy_, patience, {.group = group});
      });
      in_line_.get_future().wait();
    }
    ~InLine() { gives_up_ = true; }

    bool Waits() { return result_.wait_for(0s) == std::future_status::timeout; }
    absl::Status Result() { return result_.get(); }

   private:
    std::promise<void> in_line_;
    std::atomic_flag seen_;
    std::atomic<bool> gives_up_{false};
    std::future<absl::Status> result_;
  };

  UnlikeRequestsTest() {
    policy_ = {.windows = {{.limit = 3, .period = 1s},
                           {.limit = 5, .period = 10s, .group = "heavy", .weight = 5},
                           {.limit = 1, .period = 4s, .group = "light"}}};
  }
  absl::Status Ask(const std::string& group, bool urgent = false) {
    int looks = 0;
    const Patience patience{.until = clock_.Now(), .cancelled = [&] { return ++looks > 10; }};
    return broker_.Acquire("a", policy_, patience, {.group = group, .urgent = urgent});
  }
};

TEST_F(UnlikeRequestsTest, DoNotWaitForThoseWhoNeedWhatTheyDoNot) {
  EXPECT_THAT(Ask("heavy"), IsOk());
  InLine heavy(*this, "heavy");

  EXPECT_THAT(Ask("light"), IsOk());
  EXPECT_THAT(Ask(""), IsOk());
  EXPECT_TRUE(heavy.Waits());
  EXPECT_THAT(Ask("heavy"), HasReason("QUOTA_EXHAUSTED"));  // these two wait for the same
}

TEST_F(UnlikeRequestsTest, LetTheOneWhoWaitedLongestHaveWhatAllNeed) {
  policy_.windows[0].limit = 1;
  EXPECT_THAT(Ask("heavy"), IsOk());
  InLine heavy(*this, "heavy");
  for (int second = 1; second <= 9; ++second) {
    clock_.Advance(1s);
    EXPECT_THAT(Ask(""), IsOk()) << second;
  }
  InLine plain(*this, "");

  clock_.Advance(1s);

  EXPECT_THAT(heavy.Result(), IsOk());
  EXPECT_TRUE(plain.Waits());
  clock_.Advance(1s);
  EXPECT_THAT(plain.Result(), IsOk());
}

TEST_F(UnlikeRequestsTest, AreNotHeldUpByAnUrgentOneEither) {
  EXPECT_THAT(Ask("heavy"), IsOk());
  InLine heavy(*this, "heavy");

  EXPECT_THAT(Ask("heavy", /*urgent=*/true), HasReason("QUOTA_EXHAUSTED"));
  EXPECT_THAT(Ask("light"), IsOk());
}

TEST(QuotaBroker, WaitsForTheTurnOnTheRealClock) {
  QuotaBroker broker(SystemClock());
  const QuotaPolicy policy{.windows = {{.limit = 1, .period = 30ms}}};
  const Timestamp start = SystemClock().Now();

  for (int i = 0; i < 4; ++i) {
    ASSERT_THAT(broker.Acquire("a", policy, {.until = start + 10s}), IsOk());
  }

  EXPECT_GE(SystemClock().Now() - start, 90ms);
}

TEST(QuotaBroker, HoldsTheLimitForManyThreads) {
  QuotaBroker broker(SystemClock());
  const QuotaPolicy policy{.windows = {{.limit = 5, .period = 40ms}}};
  const Timestamp start = SystemClock().Now();
  std::atomic<int> done{0};

  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 5; ++j) {
          if (broker.Acquire("a", policy, {.until = start + 10s}).ok()) ++done;
        }
      });
    }
  }

  EXPECT_EQ(done, 40);
  EXPECT_GE(SystemClock().Now() - start, 7 * 40ms);  // 8 portions of 5
}

}  // namespace
}  // namespace callimport::adapter_gateway
