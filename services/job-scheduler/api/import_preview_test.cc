#include "services/job-scheduler/api/import_preview.h"

#include <gmock/gmock.h>

#include "libs/common/proto_time.h"
#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/scripted_catalog.h"
#include "services/job-scheduler/planning/scripted_quota.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspace_store.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasReason;
using testing::IsOk;

class ImportPreviewTest : public StoreTest {
 protected:
  // A vendor that says how many calls it has, and what they cost.
  void Offer(int64_t calls, std::optional<int32_t> cents) {
    adapter_gateway::v1::CountCallsResponse count;
    count.set_calls(calls);
    count.set_exactness(common::v1::EXACTNESS_EXACT);
    count.set_platform("gong");
    if (cents) count.mutable_terms()->set_cost_per_call_cents(*cents);
    count.mutable_terms()->set_vendor_requests(2 * calls);
    count.mutable_terms()->set_daily_requests(10'000);
    count.mutable_terms()->set_requests_per_second(3);
    catalog_.CountAs(count);
  }

  static v1::PreviewImportRequest Request(const std::string& credential_id) {
    v1::PreviewImportRequest request;
    request.set_workspace_id("acme");
    request.set_credential_id(credential_id);
    return request;
  }

  // As CreateImportJob does.
  absl::StatusOr<ImportJob> Import(const std::string& quote_id, const std::string& credential_id,
                                   const common::v1::CallFilter& filter = {}) {
    ImportJob job = NewJob();
    job.credential_id = credential_id;
    job.quote_id = quote_id;
    if (filter.has_start_time()) job.window.start = FromProto(filter.start_time());
    const absl::Status filled = preview_.Fill(filter, job);
    if (!filled.ok()) return filled;
    return jobs_.Create(job, {NewUuid(), "digest"});
  }

  FreeCalls Usage() { return *workspaces_.Usage("acme", ""); }

  const std::string credential_ = NewUuid();
  ScriptedCatalog catalog_;
  WorkspaceStore workspaces_{pool(), WorkspaceSettings(), clock_};
  QuoteStore quotes_{pool(), WorkspaceSettings(), QuoteTerms(), clock_};
  ScriptedQuota quota_;
  ImportPreview preview_{quotes_, catalog_, quota_, clock_};
};

TEST_F(ImportPreviewTest, TellsCountPriceQuotaShareAndFinish) {
  Offer(5'000, 25);

  const auto preview = preview_.Make(Request(credential_));

  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->calls(), 5'000);
  EXPECT_EQ(preview->pricing().free_calls_included(), 10);
  EXPECT_EQ(preview->pricing().free_calls_left(), 10);
  EXPECT_EQ(preview->pricing().billable_calls(), 4'990);
  EXPECT_EQ(preview->pricing().cost_per_call_cents(), 25);
  EXPECT_EQ(preview->pricing().total_cost_cents(), 124'750);
  EXPECT_EQ(preview->forecast().vendor_requests(), 10'000);
  EXPECT_DOUBLE_EQ(preview->forecast().daily_quota_share(), 1);
  EXPECT_FALSE(preview->forecast().duration_text().empty());
  EXPECT_GT(FromProto(preview->forecast().finish_latest()),
            FromProto(preview->forecast().finish_earliest()));
  EXPECT_GT(FromProto(preview->forecast().duration_low()), std::chrono::milliseconds(0));
  EXPECT_FALSE(preview->quote_id().empty());
  EXPECT_EQ(FromProto(preview->quote_expire_time()), clock_.Now() + minutes(60));
  EXPECT_TRUE(jobs_.List({.workspace_id = "acme", .limit = 10})->empty());
}

TEST_F(ImportPreviewTest, WithoutARangeItIsFrom2020UntilNow) {
  Offer(5, 25);

  const auto preview = preview_.Make(Request(credential_));

  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->filter().start_time().seconds(), 1'577'836'800);
  EXPECT_EQ(FromProto(preview->filter().end_time()), clock_.Now());
}

TEST_F(ImportPreviewTest, ARangeThatHasNotBegunOrEndsBeforeItIsRefusedAsThat) {
  auto request = Request(credential_);
  *request.mutable_filter()->mutable_start_time() = ToProto(clock_.Now() + minutes(1));
  const auto to_come = preview_.Make(request);
  *request.mutable_filter()->mutable_end_time() = ToProto(clock_.Now());
  const auto backwards = preview_.Make(request);

  EXPECT_THAT(to_come, HasReason("INVALID_REQUEST"));
  EXPECT_THAT(to_come.status().message(), ::testing::HasSubstr("filter.start_time"));
  EXPECT_THAT(backwards, HasReason("INVALID_REQUEST"));
  EXPECT_THAT(backwards.status().message(), ::testing::HasSubstr("filter.end_time"));
}

TEST_F(ImportPreviewTest, NothingToImportIsNotQuoted) {
  Offer(0, 25);

  const auto preview = preview_.Make(Request(credential_));

  ASSERT_THAT(preview, IsOk());
  EXPECT_TRUE(preview->quote_id().empty());
  EXPECT_EQ(preview->pricing().total_cost_cents(), 0);
}

TEST_F(ImportPreviewTest, AJobUnderTheQuoteIsAboutTheQuotedCallsAndKeepsThePrice) {
  Offer(12, 25);
  const auto preview = preview_.Make(Request(credential_));
  ASSERT_THAT(preview, IsOk());
  clock_.Advance(minutes(59));

  const auto job = Import(preview->quote_id(), credential_);

  ASSERT_THAT(job, IsOk());
  EXPECT_EQ(job->window.end, FromProto(preview->filter().end_time()));
  EXPECT_EQ(job->progress.total_calls(), 12);
  EXPECT_EQ(Usage().left, 0);

  const PlanLease lease = StartListing(*job, 12);
  std::vector<std::string> ids;
  for (int call = 0; call < 12; ++call) ids.push_back(std::to_string(call));
  ASSERT_THAT(plans_.StoreCalls(lease, Calls(ids)), IsOk());
  Complete(Lease());
  EXPECT_EQ(Usage().usage.billed_cents, preview->pricing().total_cost_cents());
  EXPECT_EQ(Usage().usage.billed_calls, 2);
}

TEST_F(ImportPreviewTest, AnImportThatIsPaidForOvertakesThoseThatAreFree) {
  const std::string other = NewUuid();
  Offer(3, 25);
  const auto free = Import(preview_.Make(Request(other))->quote_id(), other);
  Offer(12, 25);
  const auto paid = Import(preview_.Make(Request(credential_))->quote_id(), credential_);

  ASSERT_THAT(free, IsOk());
  ASSERT_THAT(paid, IsOk());
  EXPECT_EQ(Find(*free).priority, 0);
  EXPECT_GT(Find(*paid).priority, 0);
}

TEST_F(ImportPreviewTest, AnotherFilterOrAnotherSourceIsNotWhatWasQuoted) {
  Offer(5, 25);
  const std::string quote_id = preview_.Make(Request(credential_))->quote_id();
  common::v1::CallFilter later;
  *later.mutable_start_time() = callimport::ToProto(clock_.Now() - hours(1));

  EXPECT_THAT(Import(quote_id, NewUuid()), HasReason("QUOTE_MISMATCH"));
  EXPECT_THAT(Import(quote_id, credential_, later), HasReason("QUOTE_MISMATCH"));
  EXPECT_THAT(Import(NewUuid(), credential_), HasReason("QUOTE_NOT_FOUND"));
  EXPECT_THAT(Import(quote_id, credential_), IsOk());
}

TEST_F(ImportPreviewTest, AQuoteHoldsAnHour) {
  Offer(5, 25);
  const std::string quote_id = preview_.Make(Request(credential_))->quote_id();

  clock_.Advance(minutes(60));

  EXPECT_THAT(Import(quote_id, credential_), HasReason("QUOTE_EXPIRED"));
}

TEST_F(ImportPreviewTest, APlatformWithoutAPriceIsIncluded) {
  Offer(5'000, std::nullopt);

  const auto preview = preview_.Make(Request(credential_));
  const auto job = Import(preview->quote_id(), credential_);

  ASSERT_THAT(preview, IsOk());
  EXPECT_FALSE(preview->pricing().has_cost_per_call_cents());
  EXPECT_EQ(preview->pricing().billable_calls(), 0);
  ASSERT_THAT(job, IsOk());
  EXPECT_EQ(Usage().left, 10);
}

TEST_F(ImportPreviewTest, TheForecastLearnsFromImportsThatEnded) {
  Offer(600, std::nullopt);
  const auto before = preview_.Make(Request(NewUuid()));
  std::vector<std::string> ids;
  for (int call = 0; call < 60; ++call) ids.push_back(std::to_string(call));
  ListJob(ids);
  clock_.Advance(minutes(1));  // a call a second
  Complete(Lease());

  const auto after = preview_.Make(Request(NewUuid()));

  const auto width = [](const v1::PreviewImportResponse& preview) {
    return FromProto(preview.forecast().finish_latest()) -
           FromProto(preview.forecast().finish_earliest());
  };
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(after, IsOk());
  EXPECT_LT(width(*after), width(*before));
}

TEST_F(ImportPreviewTest, CallsOfTheSameSourceThatWaitAreDoneFirst) {
  Offer(100, std::nullopt);
  const auto alone = preview_.Make(Request(credential_));
  ImportJob first = NewJob();
  first.credential_id = credential_;
  first = *jobs_.Create(first, {NewUuid(), "digest"});
  StartListing(first, 5'000);

  const auto behind = preview_.Make(Request(credential_));

  EXPECT_GT(FromProto(behind->forecast().start_time()), FromProto(alone->forecast().start_time()));
  EXPECT_GT(FromProto(behind->forecast().finish_latest()),
            FromProto(alone->forecast().finish_latest()));
}

TEST_F(ImportPreviewTest, WhatIsLeftOfTheVendorsDayIsHeeded) {
  Offer(100, std::nullopt);
  const auto fresh = preview_.Make(Request(credential_));
  ScriptedQuota::Limits limits;
  auto& budget = *limits.add_budgets();
  budget.set_period_seconds(86'400);
  budget.set_left(0);
  quota_.Answer(limits);

  const auto used_up = preview_.Make(Request(credential_));

  ASSERT_THAT(fresh, IsOk());
  ASSERT_THAT(used_up, IsOk());
  EXPECT_LT(FromProto(fresh->forecast().finish_earliest()), clock_.Now() + hours(1));
  EXPECT_GE(FromProto(used_up->forecast().finish_earliest()), clock_.Now() + hours(20));
  EXPECT_EQ(used_up->forecast().bound_by(), "QUOTA");
}

TEST_F(ImportPreviewTest, OldQuotesAreForgotten) {
  Offer(5, 25);
  const std::string quote_id = preview_.Make(Request(credential_))->quote_id();

  ASSERT_THAT(quotes_.ForgetOld(), IsOk());
  EXPECT_THAT(quotes_.Find("acme", quote_id), IsOk());
  clock_.Advance(hours(24 * 31));
  ASSERT_THAT(quotes_.ForgetOld(), IsOk());
  EXPECT_THAT(quotes_.Find("acme", quote_id), HasReason("QUOTE_NOT_FOUND"));
}

}  // namespace
}  // namespace callimport::job_scheduler
