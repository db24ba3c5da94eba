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

TEST(RequestCheckTest, NamesEverythingThatIsWrong) {
  const absl::Status verdict = RequestCheck()
                                   .Require(false, "job_id", "must be a UUID")
                                   .Require(true, "page", "is fine")
                                   .Require(false, "max_calls", "must be positive")
                                   .Verdict();

  EXPECT_THAT(verdict, HasReason("INVALID_REQUEST"));
  google::rpc::BadRequest violations;
  ASSERT_TRUE(violations.ParseFromString(
      std::string(*verdict.GetPayload("type.googleapis.com/google.rpc.BadRequest"))));
  ASSERT_EQ(violations.field_violations_size(), 2);
  EXPECT_EQ(violations.field_violations(0).field(), "job_id");
  EXPECT_EQ(violations.field_violations(1).description(), "must be positive");
}

}  // namespace
}  // namespace callimport
