#include "services/adapter-gateway/domain/learned_limit.h"

#include <gtest/gtest.h>

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart{1'767'225'600s};

class LearnedLimitTest : public ::testing::Test {
 protected:
  // All that is allowed is wanted, second by second.
  void Pass(std::chrono::seconds time) {
    for (auto second = 0s; second < time; second += 1s) {
      now_ += 1s;
      FeelOut(learned_, window_, true, now_);
    }
  }
  void Refuse(double used_part, std::chrono::milliseconds pause = 1s) {
    now_ += 10ms;
    Cut(learned_, window_, {.used_part = used_part, .sent_at = now_ - 5ms, .pause = pause}, now_);
  }
  int64_t Limit() const { return LimitNow(learned_, window_); }

  QuotaWindow window_{.limit = 100, .period = 1s};
  LearnedLimit learned_;
  Timestamp now_ = kStart;
};

TEST_F(LearnedLimitTest, IsTheCatalogsUntilTheVendorRefuses) {
  Pass(10s);

  EXPECT_EQ(Limit(), 100);
}

TEST_F(LearnedLimitTest, ComesDownBelowWhatWentWell) {
  Refuse(0.6);

  EXPECT_EQ(Limit(), 58);
}

TEST_F(LearnedLimitTest, NeverComesDownByTooMuchAtOnce) {
  Refuse(0.01);

  EXPECT_EQ(Limit(), 38);
}

TEST_F(LearnedLimitTest, ComesBackNearlyToWhereItWasRefused) {
  Refuse(0.6);
  Pass(27s);

  EXPECT_EQ(Limit(), 59);
}

TEST_F(LearnedLimitTest, TriesMoreAndMoreAfterThat) {
  Refuse(0.6);
  Pass(28s + 3s);

  EXPECT_GT(Limit(), 70);
  EXPECT_LT(Limit(), 100);
  Pass(5s);
  EXPECT_EQ(Limit(), 100);
  EXPECT_EQ(learned_.ceiling, 0);
}

TEST_F(LearnedLimitTest, StaysWhereNobodyWantsMore) {
  Refuse(0.6);
  now_ += 60s;
  FeelOut(learned_, window_, false, now_);

  EXPECT_EQ(Limit(), 58);
}

TEST_F(LearnedLimitTest, IsForgottenAfterHalfAnHourWithoutUse) {
  Refuse(0.6);
  now_ += 40min;
  FeelOut(learned_, window_, false, now_);

  EXPECT_EQ(Limit(), 100);
}

TEST_F(LearnedLimitTest, TakesRefusalsOfOneOverloadAsOne) {
  Refuse(0.6);
  const Timestamp before_the_cut = now_ - 1ms;
  Cut(learned_, window_, {.used_part = 0.6, .sent_at = before_the_cut, .pause = 1s}, now_ + 20ms);

  EXPECT_EQ(Limit(), 58);
}

TEST_F(LearnedLimitTest, TakesTheRefusalOfAReplicaThatHadNotHeardOfTheCutAsTheSame) {
  Refuse(0.6, 1s);
  now_ += 500ms;
  Refuse(0.6, 1s);

  EXPECT_EQ(Limit(), 58);
}

TEST_F(LearnedLimitTest, ComesDownAgainWhenItIsRefusedAfterThePause) {
  Refuse(0.6, 1s);
  now_ += 1100ms;
  Refuse(0.6, 1s);

  EXPECT_LT(Limit(), 40);
}

TEST_F(LearnedLimitTest, OfFewRequestsIsTriedTheMoreRarely) {
  window_.limit = 3;
  Refuse(0.7);
  Pass(100s);

  EXPECT_EQ(Limit(), 2);
}

TEST_F(LearnedLimitTest, NeverIsLessThanOne) {
  window_.limit = 1;
  for (int i = 0; i < 10; ++i) Refuse(0);

  EXPECT_EQ(Limit(), 1);
}

TEST_F(LearnedLimitTest, IsNoMoreThanTheVendorSays) {
  learned_.told = 40;

  EXPECT_EQ(Limit(), 40);
}

}  // namespace
}  // namespace callimport::adapter_gateway
