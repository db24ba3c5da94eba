#include "services/adapter-gateway/vendor/error_budget.h"

#include <gmock/gmock.h>

#include "services/adapter-gateway/vendor/vendor_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using ::testing::HasSubstr;

class ErrorBudgetTest : public ::testing::Test {
 protected:
  void Count(ErrorBudget& budget, int answers, int failures) {
    for (int i = 0; i < answers; ++i) budget.Count(/*failed=*/false);
    for (int i = 0; i < failures; ++i) budget.Count(/*failed=*/true);
  }

  testing::FakeClock clock_;
};

TEST_F(ErrorBudgetTest, IsWholeUntilSomethingFails) {
  ErrorBudget budget("vendor-a", clock_);
  EXPECT_DOUBLE_EQ(budget.Left(), 1);
  Count(budget, 5, 0);
  EXPECT_DOUBLE_EQ(budget.Left(), 1);
}

TEST_F(ErrorBudgetTest, IsUsedUpByOneFailureInAThousand) {
  ErrorBudget budget("vendor-b", clock_);
  Count(budget, 1'999, 1);
  EXPECT_NEAR(budget.Left(), 0.5, 1e-9);
  Count(budget, 0, 1);
  EXPECT_NEAR(budget.Left(), 0, 1e-3);
  Count(budget, 0, 2);
  EXPECT_LT(budget.Left(), -0.9);
  EXPECT_THAT(metrics::Render(),
              HasSubstr("platform_error_budget_left{platform=\"vendor-b\"} -0.9"));
}

TEST_F(ErrorBudgetTest, IsThatOfTheLastDay) {
  ErrorBudget budget("vendor-c", clock_);
  Count(budget, 0, 1);
  clock_.Advance(23h);
  Count(budget, 1'999, 0);
  EXPECT_NEAR(budget.Left(), 0.5, 1e-9);
  clock_.Advance(1h);
  EXPECT_DOUBLE_EQ(budget.Left(), 1);
}

TEST_F(ErrorBudgetTest, CallsAMinuteDownInWhichNothingWasAnswered) {
  ErrorBudget budget("vendor-d", clock_);
  Count(budget, 1, 5);
  clock_.Advance(1min);
  Count(budget, 0, 3);
  clock_.Advance(10min);
  Count(budget, 1, 0);
  const std::string page = metrics::Render();
  EXPECT_THAT(page, HasSubstr(R"(platform_minutes_total{platform="vendor-d",state="up"} 1)"));
  EXPECT_THAT(page, HasSubstr(R"(platform_minutes_total{platform="vendor-d",state="down"} 1)"));
}

using BudgetOfSessionTest = VendorFixture;

TEST_F(BudgetOfSessionTest, CountsTroublesOfTheVendorAndNoRefusals) {
  terms_.budget = std::make_unique<ErrorBudget>("vendor-e", clock_);
  line_.retry.max_attempts = 1;
  for (const int status : {200, 401, 403, 404, 429}) {
    answers_ = {MakeResponse(status, "{}")};
    VendorSession each = NewSession();
    each.Ask({.path = "/calls"}).IgnoreError();
  }
  EXPECT_DOUBLE_EQ(terms_.budget->Left(), 1);
  // Of another account: this one was told to slow down.
  access_.account = "gong/2";
  answers_ = {MakeResponse(503, "{}")};
  VendorSession session = NewSession();
  session.Ask({.path = "/calls"}).IgnoreError();
  EXPECT_LT(terms_.budget->Left(), 0);
}

}  // namespace
}  // namespace callimport::adapter_gateway
