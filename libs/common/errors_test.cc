#include "libs/common/errors.h"

#include <google/rpc/error_details.pb.h>

#include "libs/testing/status_matchers.h"

namespace callimport {
namespace {

using std::chrono::milliseconds;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

TEST(ErrorTest, CarriesCodeReasonAndText) {
  const absl::Status status = Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no such job");

  EXPECT_THAT(status, HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(status, HasReason("JOB_NOT_FOUND"));
  EXPECT_EQ(std::string(status.message()), "no such job");
}

TEST(ErrorTest, RemembersWhenToTryAgain) {
  const absl::Status status = WithRetryDelay(
      Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "wait"), milliseconds(1500));

  EXPECT_EQ(RetryDelayOf(status), milliseconds(1500));
  EXPECT_THAT(status, HasReason("QUOTA_EXHAUSTED"));
}

TEST(ErrorTest, HasNeitherReasonNorDelayWhenNobodyGaveThem) {
  EXPECT_EQ(ReasonOf(absl::NotFoundError("x")), "");
  EXPECT_EQ(RetryDelayOf(absl::NotFoundError("x")), std::nullopt);
}

TEST(RequestCheckTest, AcceptsWhatIsFine) {
  EXPECT_THAT(RequestCheck().Require(true, "job_id", "must be a UUID").Verdict(), IsOk());
}

google::rpc::BadRequest ViolationsOf(const absl::Status& verdict) {
  google::rpc::BadRequest violations;
  const auto payload = verdict.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  EXPECT_TRUE(payload && violations.ParseFromString(std::string(*payload)));
  return violations;
}

TEST(RequestCheckTest, NamesEverythingThatIsWrong) {
  const absl::Status verdict = RequestCheck()
                                   .Require(false, "job_id", "must be a UUID")
                                   .Require(true, "page", "is fine")
                                   .Require(false, "max_calls", "must be positive")
                                   .Verdict();

  EXPECT_THAT(verdict, HasReason("INVALID_REQUEST"));
  const google::rpc::BadRequest violations = ViolationsOf(verdict);
  ASSERT_EQ(violations.field_violations_size(), 2);
  EXPECT_EQ(violations.field_violations(0).field(), "job_id");
  EXPECT_EQ(violations.field_violations(1).description(), "must be positive");
}

TEST(RequestCheckTest, SaysTheSameOnceAndNoMoreThanATrailerHolds) {
  RequestCheck same;
  RequestCheck different;
  for (int i = 0; i < 20'000; ++i) {
    same.Require(false, "ids", "must not repeat");
    different.Require(false, "ids[" + std::to_string(i) + "]", "must be a UUID");
  }

  EXPECT_EQ(same.Verdict().message(), "ids: must not repeat");
  EXPECT_EQ(ViolationsOf(different.Verdict()).field_violations_size(), 20);
}

}  // namespace
}  // namespace callimport
