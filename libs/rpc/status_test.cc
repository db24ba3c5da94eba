#include "libs/rpc/status.h"

#include "libs/telemetry/correlation.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RpcStatusTest, DetailsSurviveTheJourney) {
  const absl::Status sent = WithRetryDelay(
      Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "wait a little"),
      std::chrono::seconds(3));

  const absl::Status received = FromGrpcStatus(ToGrpcStatus(sent));

  EXPECT_THAT(received, HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(received, HasReason("QUOTA_EXHAUSTED"));
  EXPECT_EQ(RetryDelayOf(received), std::chrono::seconds(3));
  EXPECT_EQ(std::string(received.message()), "wait a little");
}

TEST(RpcStatusTest, OkStaysOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_THAT(FromGrpcStatus(grpc::Status::OK), IsOk());
}

TEST(RpcStatusTest, TheTextOfOurOwnFaultsStaysInside) {
  const CorrelationScope scope("the-correlation-id");

  const grpc::Status status = ToGrpcStatus(absl::InternalError("SELECT broke at row 7"));

  EXPECT_THAT(status.error_message(), Not(HasSubstr("SELECT")));
  EXPECT_THAT(status.error_message(), HasSubstr("the-correlation-id"));
}

TEST(RpcStatusTest, SecretsDoNotLeaveInAText) {
  const grpc::Status status =
      ToGrpcStatus(absl::FailedPreconditionError("refused Basic Y2FuYXJ5OmNhbmFyeQ=="));

  EXPECT_THAT(status.error_message(), Not(HasSubstr("Y2FuYXJ5")));
}

TEST(RpcStatusTest, ALongErrorStillFitsIntoTheTrailer) {
  RequestCheck check;
  for (int i = 0; i < 500; ++i) check.Require(false, "filter", "häufig falsch");

  const grpc::Status sent = ToGrpcStatus(check.Verdict());

  EXPECT_LT(sent.error_message().size() * 3 + sent.error_details().size() * 4 / 3, 8000u);
  EXPECT_THAT(FromGrpcStatus(sent), HasReason("INVALID_REQUEST"));
}

TEST(RpcStatusTest, FieldViolationsSurviveTheJourney) {
  const absl::Status verdict = RequestCheck().Require(false, "job_id", "must be a UUID").Verdict();

  const absl::Status received = FromGrpcStatus(ToGrpcStatus(verdict));

  EXPECT_EQ(received.GetPayload("type.googleapis.com/google.rpc.BadRequest"),
            verdict.GetPayload("type.googleapis.com/google.rpc.BadRequest"));
}

}  // namespace
}  // namespace callimport::rpc
