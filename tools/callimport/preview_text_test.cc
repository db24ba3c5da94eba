#include "tools/callimport/preview_text.h"

#include <gmock/gmock.h>

namespace callimport::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

job_scheduler::v1::PreviewImportResponse Preview() {
  job_scheduler::v1::PreviewImportResponse preview;
  preview.set_calls(5'000);
  preview.set_quote_id("0198-quote");
  preview.mutable_pricing()->set_free_calls_included(10);
  preview.mutable_pricing()->set_free_calls_left(1);
  preview.mutable_pricing()->set_billable_calls(4'999);
  preview.mutable_pricing()->set_cost_per_call_cents(25);
  preview.mutable_pricing()->set_total_cost_cents(124'975);
  preview.mutable_forecast()->set_duration_text("2 to 3 nights");
  preview.mutable_forecast()->set_vendor_requests(150);
  preview.mutable_forecast()->set_daily_quota_share(0.015);
  preview.mutable_forecast()->set_bound_by("WINDOW");
  return preview;
}

TEST(PreviewTextTest, TellsPriceTimeQuotaAndQuote) {
  const std::string text = PreviewText(Preview());

  EXPECT_THAT(text, HasSubstr("5000 calls"));
  EXPECT_THAT(text, HasSubstr("at most 1249.75 for 4999 calls at 0.25"));
  EXPECT_THAT(text, HasSubstr("1 free call of 10 left this month"));
  EXPECT_THAT(text, HasSubstr("2 to 3 nights"));
  EXPECT_THAT(text, HasSubstr("150 requests, 1.5 % of a day's quota"));
  EXPECT_THAT(text, HasSubstr("the nightly window is what bounds it"));
  EXPECT_THAT(text, HasSubstr("0198-quote"));
}

TEST(PreviewTextTest, WhatIsIncludedCostsNothing) {
  auto preview = Preview();
  preview.clear_pricing();

  EXPECT_THAT(PreviewText(preview), HasSubstr("included in the plan"));
}

TEST(PreviewTextTest, NothingToImportIsOneLine) {
  job_scheduler::v1::PreviewImportResponse preview;

  EXPECT_THAT(PreviewText(preview), HasSubstr("0 calls"));
  EXPECT_THAT(PreviewText(preview), Not(HasSubstr("Price")));
}

TEST(PreviewTextTest, MoneyHasTwoDigitsBehindThePoint) {
  EXPECT_EQ(Money(0), "0.00");
  EXPECT_EQ(Money(1'205), "12.05");
  EXPECT_EQ(Money(100'000'000'000), "1000000000.00");
}

TEST(PreviewTextTest, UsageIsOneSentence) {
  job_scheduler::v1::GetUsageResponse usage;
  usage.set_month("2026-11");
  usage.set_free_calls_included(10);
  usage.set_free_calls_used(7);
  usage.set_billed_calls(2);
  usage.set_billed_cents(50);

  EXPECT_EQ(UsageText(usage),
            "In 2026-11 7 of 10 free calls are used, and 2 calls billed: 0.50.\n");
}

TEST(PreviewTextTest, AWorkspaceIsToldWithItsWindow) {
  job_scheduler::v1::GetWorkspaceResponse found;
  auto& workspace = *found.mutable_workspace();
  workspace.set_workspace_id("acme");
  workspace.set_customer_id("c-1");
  workspace.set_time_zone("Europe/Berlin");
  workspace.mutable_bulk_window()->set_start_hour(20);
  workspace.mutable_bulk_window()->set_end_hour(8);
  workspace.set_bulk_calls_per_window(5'000);

  const std::string text = WorkspaceText(found);

  EXPECT_THAT(text, HasSubstr("c-1"));
  EXPECT_THAT(text, HasSubstr("20:00 to 08:00 Europe/Berlin, up to 5000 calls a window"));
}

}  // namespace
}  // namespace callimport::cli
