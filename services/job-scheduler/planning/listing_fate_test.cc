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
    return FateAfter(Error(code, "SOME_REASON", "some text"), failures, RetrySchedule(), random_);
  }

  std::minstd_rand random_{1};
};

TEST_F(ListingFateTest, ARefusedCredentialIsNotTriedAgain) {
  EXPECT_EQ(After(absl::StatusCode::kFailedPrecondition).kind, Kind::kRefuse);
  EXPECT_EQ(After(absl::StatusCode::kNotFound).kind, Kind::kRefuse);
}

TEST_F(ListingFateTest, ASourceThatIsDownIsTriedEverMoreRarelyAndThenNot) {
  const std::vector<milliseconds> pauses = PausesOf(RetrySchedule());
  for (size_t place = 0; place < pauses.size(); ++place) {
    const ListingFate fate = After(absl::StatusCode::kUnavailable, static_cast<int>(place) + 1);
    EXPECT_EQ(fate.kind, Kind::kTryAgain);
    EXPECT_GE(fate.pause, pauses[place] * 3 / 4);
    EXPECT_LE(fate.pause, pauses[place] * 5 / 4);
  }
  EXPECT_EQ(After(absl::StatusCode::kUnavailable, static_cast<int>(pauses.size()) + 1).kind,
            Kind::kGiveUp);
}

TEST_F(ListingFateTest, AServiceOfOursThatIsAwayIsAwaitedAndNoFailure) {
  const absl::Status no_answer = absl::UnavailableError("connection refused");
  const absl::Status no_database =
      Error(absl::StatusCode::kUnavailable, "DATABASE_UNREACHABLE", "no database");
  for (const absl::Status& error : {no_answer, no_database}) {
    const ListingFate fate = FateAfter(error, 1'000, RetrySchedule(), random_);
    EXPECT_EQ(fate.kind, Kind::kAwaitService);
    EXPECT_EQ(fate.pause, seconds(5));
  }
}

TEST_F(ListingFateTest, QuotaIsAwaitedAsLongAsTheVendorSays) {
  const auto error = WithRetryDelay(
      Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "the day's quota is used up"),
      minutes(90));

  const ListingFate fate = FateAfter(error, 1'000, RetrySchedule(), random_);

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

TEST_F(ListingFateTest, PeopleReadWhatTheyCanDoAndTheLastError) {
  const std::string told =
      DescribeGivenUp(Error(absl::StatusCode::kUnavailable, "VENDOR_ERROR", "HTTP 503"), 8);

  EXPECT_EQ(told.rfind("LISTING_GIVEN_UP: ", 0), 0U);
  EXPECT_NE(told.find("8 times"), std::string::npos);
  EXPECT_NE(told.find("RetryFailed"), std::string::npos);
  EXPECT_NE(told.find("VENDOR_ERROR: HTTP 503"), std::string::npos);
}

TEST_F(ListingFateTest, PeopleReadTheReasonAndTheText) {
  EXPECT_EQ(DescribeForPeople(Error(absl::StatusCode::kNotFound, "NO_KEY", "no such key")),
            "NO_KEY: no such key");
}

}  // namespace
}  // namespace callimport::job_scheduler
