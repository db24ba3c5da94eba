#include "services/job-scheduler/domain/admission.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using testing::HasReason;
using testing::IsOk;

const Timestamp kNow{std::chrono::seconds(1'767'225'600)};  // 2026-01-01 00:00 UTC
constexpr AdmissionLimits kLimits{.longest_wait = std::chrono::days(10), .calls = 1'000'000};

TEST(AdmissionTest, AQueueThatCatchesUpTakesEverything) {
  EXPECT_THAT(Admit({}, kLimits, kNow), IsOk());
  EXPECT_THAT(Admit({.jobs = 40, .calls = 900'000, .calls_per_second = 2}, kLimits, kNow), IsOk());
  EXPECT_THAT(Admit({.all_calls = 999'999}, kLimits, kNow), IsOk());
}

TEST(AdmissionTest, AQueueOfWhichNoSpeedIsKnownIsJudgedByItsLength) {
  EXPECT_THAT(Admit({.jobs = 40, .calls = 900'000, .all_calls = 900'000}, kLimits, kNow), IsOk());
  EXPECT_THAT(Admit({.all_calls = 1'000'000}, kLimits, kNow), HasReason("BACKLOG_TOO_LONG"));
}

TEST(AdmissionTest, NobodyIsRefusedBecauseSomebodyElsesVendorIsSlow) {
  EXPECT_THAT(Admit({.jobs = 0, .calls = 0, .all_calls = 900'000}, kLimits, kNow), IsOk());
}

TEST(AdmissionTest, ARefusalNamesThePlaceTheDateAndWhenToAskAgain) {
  // Half a call a second: 900,000 calls take 20.83 days.
  const Backlog backlog{.jobs = 40, .calls = 900'000, .calls_per_second = 0.5};

  const absl::Status refused = Admit(backlog, kLimits, kNow);

  EXPECT_THAT(refused, HasReason("BACKLOG_TOO_LONG"));
  const std::string text(refused.message());
  EXPECT_THAT(text, ::testing::HasSubstr("behind 900000 calls"));
  EXPECT_THAT(text, ::testing::HasSubstr("place 41"));
  EXPECT_THAT(text, ::testing::HasSubstr("2026-01-21 20:00 UTC"));
  // 468,000 calls too many, and never more than a week.
  EXPECT_EQ(RetryDelayOf(refused), hours(24 * 7));
}

TEST(AdmissionTest, AStandingQueueIsNotWorkedOffInTheYearTenThousand) {
  const Backlog backlog{.jobs = 1, .calls = 1'000'000'000, .calls_per_second = 1e-9};

  EXPECT_LT(*WorkedOffAt(backlog, kNow), kNow + hours(24 * 366 * 11));
  EXPECT_THAT(Admit(backlog, kLimits, kNow), HasReason("BACKLOG_TOO_LONG"));
}

}  // namespace
}  // namespace callimport::job_scheduler
