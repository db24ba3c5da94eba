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

}  // namespace
}  // namespace callimport::rpc
