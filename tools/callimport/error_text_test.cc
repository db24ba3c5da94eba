#include "tools/callimport/error_text.h"

#include <gtest/gtest.h>

#include "libs/common/errors.h"
#include "libs/telemetry/correlation.h"

namespace callimport::cli {
namespace {

TEST(ErrorTextTest, GivesSentenceReasonAndCorrelationId) {
  const CorrelationScope scope("0198-abc");

  EXPECT_EQ(ErrorText(Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no such job")),
            "no such job [JOB_NOT_FOUND] (correlation id 0198-abc)");
}

TEST(ErrorTextTest, NamesEveryFieldThatIsWrong) {
  const absl::Status status = RequestCheck()
                                  .Require(false, "job_id", "must be the id of a job")
                                  .Require(false, "workspace_id", "is missing")
                                  .Verdict();

  EXPECT_EQ(ErrorText(status),
            "job_id: must be the id of a job; workspace_id: is missing [INVALID_REQUEST]");
}

TEST(ErrorTextTest, UsesTheCodeWhereThereIsNoReason) {
  EXPECT_EQ(ErrorText(absl::UnavailableError("failed to connect")),
            "failed to connect [UNAVAILABLE]");
}

TEST(ErrorTextTest, DoesNotRepeatTheCorrelationId) {
  const CorrelationScope scope("0198-abc");

  EXPECT_EQ(ErrorText(Error(absl::StatusCode::kInternal, "X",
                            "internal error, correlation id "
                            "0198-abc")),
            "internal error, correlation id 0198-abc [X]");
}

}  // namespace
}  // namespace callimport::cli
