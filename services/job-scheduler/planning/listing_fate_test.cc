#include "services/job-scheduler/planning/listing_fate.h"

#include <gtest/gtest.h>

#include "libs/common/errors.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = ListingFate::Kind;

class ListingFateTest : public ::testing::Test {
 protected:
  ListingFate After(absl::StatusCode code, int failures = 1) {
    return FateAfter(Error(code, "SOME_REASON", "some text"), failures, random_);
  }

  std::minstd_rand random_{1};
};

TEST_F(ListingFateTest, ARefusedCredentialIsNotTriedAgain) {
  EXPECT_EQ(After(absl::StatusCode::kFailedPrecondition).kind, Kind::kRefuse);
  EXPECT_EQ(After(absl::StatusCode::kNotFound).kind, Kind::kRefuse);
}

TEST_F(ListingFateTest, ASourceThatIsDownIsTriedForEverEverMoreRarely) {
  EXPECT_LE(After(absl::StatusCode::kUnavailable).pause, seconds(1));
  const ListingFate late = After(absl::StatusCode::kUnavailable, 1'000);
  EXPECT_EQ(late.kind, Kind::kTryAgain);
  EXPECT_GE(late.pause, minutes(3));
  EXPECT_LE(late.pause, minutes(5));
}

TEST_F(ListingFateTest, QuotaIsAwaitedAsLongAsTheVendorSays) {
  const auto error = WithRetryDelay(
      Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "the day's quota is used up"),
      minutes(90));

  const ListingFate fate = FateAfter(error, 1, random_);

  EXPECT_EQ(fate.kind, Kind::kWait);
  EXPECT_EQ(fate.pause, minutes(90));
}

TEST_F(ListingFateTest, AnotherPlannersJobIsLeftAlone) {
  EXPECT_EQ(After(absl::StatusCode::kAborted).kind, Kind::kLeave);
}

TEST_F(ListingFateTest, OurOwnMistakesAreNotTheCustomers) {
  EXPECT_EQ(After(absl::StatusCode::kPermissionDenied).kind, Kind::kTryAgain);
  EXPECT_EQ(After(absl::StatusCode::kInternal).kind, Kind::kTryAgain);
}

TEST_F(ListingFateTest, PeopleReadTheReasonAndTheText) {
  EXPECT_EQ(DescribeForPeople(Error(absl::StatusCode::kNotFound, "NO_KEY", "no such key")),
            "NO_KEY: no such key");
}

}  // namespace
}  // namespace callimport::job_scheduler
