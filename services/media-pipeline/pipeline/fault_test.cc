#include "services/media-pipeline/pipeline/fault.h"

#include <gtest/gtest.h>

#include "libs/common/errors.h"

namespace callimport::media_pipeline {
namespace {

using absl::StatusCode;
using job_scheduler::v1::FailedCall;

FailedCall::Class ClassOf(StatusCode code, const char* reason) {
  return ToFailedCall(Error(code, reason, "text")).class_();
}

TEST(Fault, TellsWhatAnErrorMeansForItsCall) {
  EXPECT_EQ(ClassOf(StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED"), FailedCall::CLASS_QUOTA);
  EXPECT_EQ(ClassOf(StatusCode::kFailedPrecondition, "INVALID_KEY"), FailedCall::CLASS_AUTH);
  EXPECT_EQ(ClassOf(StatusCode::kFailedPrecondition, "MISSING_PERMISSION"), FailedCall::CLASS_AUTH);
  EXPECT_EQ(ClassOf(StatusCode::kFailedPrecondition, "PLATFORM_NOT_SUPPORTED"),
            FailedCall::CLASS_PERMANENT);
  EXPECT_EQ(ClassOf(StatusCode::kNotFound, "RECORDING_MISSING"), FailedCall::CLASS_PERMANENT);
  EXPECT_EQ(ClassOf(StatusCode::kInvalidArgument, "NOT_MEDIA"), FailedCall::CLASS_PERMANENT);
  EXPECT_EQ(ClassOf(StatusCode::kDataLoss, "RECORDING_TRUNCATED"), FailedCall::CLASS_TRANSIENT);
  EXPECT_EQ(ClassOf(StatusCode::kUnavailable, "VENDOR_ERROR"), FailedCall::CLASS_TRANSIENT);
  EXPECT_EQ(ClassOf(StatusCode::kDeadlineExceeded, ""), FailedCall::CLASS_TRANSIENT);
  EXPECT_EQ(ClassOf(StatusCode::kInternal, ""), FailedCall::CLASS_TRANSIENT);
}

TEST(Fault, KeepsTheReasonAndTheVendorsDelay) {
  const FailedCall failed = ToFailedCall(WithRetryDelay(
      Error(StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "later"), std::chrono::seconds(7)));

  EXPECT_EQ(failed.reason(), "QUOTA_EXHAUSTED");
  EXPECT_EQ(failed.retry_after().seconds(), 7);
}

TEST(Fault, GivesAQuotaWithoutAnEndOne) {
  EXPECT_GT(ToFailedCall(absl::ResourceExhaustedError("")).retry_after().seconds(), 0);
}

TEST(Fault, NamesTheCodeWhereThereIsNoReason) {
  EXPECT_EQ(ToFailedCall(absl::UnavailableError("gone")).reason(), "UNAVAILABLE");
}

TEST(Fault, TellsNoSecret) {
  const auto failed = ToFailedCall(absl::UnavailableError("GET https://v/m?token=abcdef123 broke"));
  EXPECT_EQ(failed.message().find("abcdef123"), std::string::npos) << failed.message();
}

}  // namespace
}  // namespace callimport::media_pipeline
