#include "services/adapter-gateway/domain/window_ledger.h"

#include <gtest/gtest.h>

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart{1'767'225'600s};  // midnight, UTC
constexpr auto kLease = 5s;

class WindowLedgerTest : public ::testing::Test {
 protected:
  WindowGrant Ask(const std::string& replica, const WindowClaim& claim) {
    return WindowLedger(window_, state_, now_).Exchange(replica, claim, kLease);
  }
  WindowBudget Budget() { return WindowLedger(window_, state_, now_).Budget(); }

  Timestamp now_ = kStart;
  WindowState state_;
  QuotaWindow window_{.limit = 3, .period = 1s};
};

TEST_F(WindowLedgerTest, GivesAllSeatsToWhoeverIsAlone) {
  EXPECT_EQ(Ask("a", {.want = 1}).tokens, 3);
}

TEST_F(WindowLedgerTest, AsksForSeatsBackOnceAnotherWantsThem) {
  Ask("a", {.want = 3});
  EXPECT_EQ(Ask("b", {.want = 3}).tokens, 0);

  const WindowGrant told = Ask("a", {.keep = 3, .want = 3});
  EXPECT_EQ(told.tokens, 3);
  EXPECT_LT(told.share, 3);
  Ask("a", {.keep = told.share, .want = 3});
  EXPECT_EQ(Ask("b", {.want = 3}).tokens, 0);  // the seat may have been used a moment ago

  now_ += 1s;
  EXPECT_EQ(Ask("b", {.want = 3}).tokens, 3 - told.share);
}

TEST_F(WindowLedgerTest, HoldsTheSmallerLimitUntilAllReplicasKnowTheOther) {
  window_.limit = 100;
  Ask("a", {.want = 100});
  Ask("b", {.want = 100});

  window_.limit = 10;
  Ask("a", {.returned = 100, .want = 10});
  window_.limit = 100;  // the other has not heard of it
  const WindowGrant told = Ask("b", {.want = 100});

  EXPECT_EQ(told.limit, 10);
  EXPECT_LE(told.tokens, 10);
  EXPECT_EQ(Ask("a", {.want = 100}).limit, 100);  // back again: now both say so
}

TEST_F(WindowLedgerTest, ForgetsTheLimitThatADeadReplicaKnew) {
  Ask("dead", {.want = 3});
  window_.limit = 100;
  EXPECT_EQ(Ask("a", {.want = 100}).limit, 3);

  now_ += kLease + 1s;

  EXPECT_EQ(Ask("a", {.want = 100}).limit, 100);
}

TEST_F(WindowLedgerTest, HandsOnSeatsAtOnceThatNobodyUsed) {
  Ask("a", {.want = 3});
  Ask("b", {.want = 3});

  Ask("a", {.keep = 1, .returned = 2, .want = 3});

  EXPECT_GE(Ask("b", {.want = 3}).tokens, 1);
}

TEST_F(WindowLedgerTest, GivesLittleToWhoWantsLittle) {
  window_.limit = 100;
  Ask("a", {.want = 100});
  Ask("b", {.want = 5});

  EXPECT_EQ(Ask("a", {.keep = 100, .want = 100}).share, 95);
}

TEST_F(WindowLedgerTest, LetsASeatGoRoundThatCannotBeShared) {
  window_.limit = 1;
  Ask("a", {.want = 1});
  Ask("b", {.want = 1});
  int turns[2] = {0, 0};
  for (int i = 0; i < 100; ++i) {
    now_ += 1s;
    turns[0] += Ask("a", {.keep = 0, .want = 1}).share > 0 ? 1 : 0;
    turns[1] += Ask("b", {.keep = 0, .want = 1}).share > 0 ? 1 : 0;
  }

  EXPECT_EQ(turns[0], 50);
  EXPECT_EQ(turns[1], 50);
}

TEST_F(WindowLedgerTest, CountsTheSeatsOfTheDeadUntilTheirLastUseIsOver) {
  Ask("a", {.want = 3});

  now_ += kLease;
  EXPECT_EQ(Ask("b", {.want = 3}).tokens, 0);
  now_ += 999ms;
  EXPECT_EQ(Ask("b", {.want = 3}).tokens, 0);
  now_ += 1ms;
  EXPECT_EQ(Ask("b", {.want = 3}).tokens, 3);
}

TEST_F(WindowLedgerTest, TakesWhatALatecomerThinksHeHoldsForLost) {
  Ask("a", {.want = 3});
  now_ += kLease;
  Ask("b", {.want = 3});

  EXPECT_EQ(Ask("a", {.keep = 3, .want = 3}).tokens, 0);
}

TEST_F(WindowLedgerTest, CountsAGrantThatWasNotHeardAsUsed) {
  Ask("a", {.want = 3});

  EXPECT_EQ(Ask("a", {.keep = 0, .want = 3}).tokens, 0);
  now_ += 1s;
  EXPECT_EQ(Ask("a", {.keep = 0, .want = 3}).tokens, 3);
}

class LongWindowTest : public WindowLedgerTest {
 protected:
  LongWindowTest() { window_ = {.limit = 1'000, .period = 24h, .reserve = 100}; }
};

TEST_F(LongWindowTest, GivesNoMoreThanIsWanted) { EXPECT_EQ(Ask("a", {.want = 10}).tokens, 10); }

TEST_F(LongWindowTest, CountsWhatWasSpentForADay) {
  Ask("a", {.want = 900});
  Ask("a", {.spent = 900});
  EXPECT_EQ(Ask("b", {.want = 1}).tokens, 0);

  now_ += 24h;
  EXPECT_EQ(Ask("b", {.want = 1}).tokens, 1);
}

TEST_F(LongWindowTest, LetsAnUnspentChunkOfTheDeadEndWithItsWindow) {
  Ask("a", {.want = 900});

  now_ += 24h;
  EXPECT_EQ(Ask("b", {.want = 1}).tokens, 0);
  now_ += kLease;
  EXPECT_EQ(Ask("b", {.want = 900}).tokens, 900);
}

TEST_F(LongWindowTest, TakesBackWhatIsReturned) {
  Ask("a", {.want = 900});
  Ask("a", {.spent = 100, .returned = 800});

  EXPECT_EQ(Ask("b", {.want = 900}).tokens, 800);
}

TEST_F(LongWindowTest, KeepsTheReserveForWhatIsUrgent) {
  EXPECT_EQ(Ask("a", {.want = 5'000}).tokens, 900);

  const WindowGrant urgent = Ask("b", {.want = 10, .want_reserved = 10});

  EXPECT_EQ(urgent.tokens, 10);
  EXPECT_EQ(urgent.reserved, 10);
}

TEST_F(LongWindowTest, StartsAgainAtTheVendorsHour) {
  window_.reset_hour_utc = 8;
  Ask("a", {.want = 900});
  Ask("a", {.spent = 900});

  now_ = kStart + 8h;
  EXPECT_EQ(Ask("a", {.want = 1}).tokens, 0);  // the vendor's clock may be behind
  now_ += 2s;
  EXPECT_EQ(Ask("a", {.want = 900}).tokens, 900);
}

TEST_F(LongWindowTest, LeavesToOthersWhatTheVendorSaysTheyUsed) {
  WindowLedger(window_, state_, now_).Heed({.limit = {}, .remaining = 200, .reset = 1h});

  EXPECT_EQ(Budget().left, 200);
  EXPECT_EQ(Ask("a", {.want = 900}).tokens, 100);
}

TEST_F(LongWindowTest, KeepsFewDebtsHoweverManyThereAre) {
  window_.limit = 100'000;
  for (int i = 0; i < 10'000; ++i) {
    now_ += 8s;
    Ask("a", {.spent = 1, .want = 2});
  }

  EXPECT_LE(state_.debts.size(), 210u);
}

TEST_F(LongWindowTest, ShowsWhatIsLeftAndWhenThereIsMore) {
  Ask("a", {.want = 300});
  Ask("a", {.keep = 100, .spent = 200});

  EXPECT_EQ(Budget().left, 800);
  EXPECT_EQ(Budget().reset, now_ + 24h);
}

}  // namespace
}  // namespace callimport::adapter_gateway
