#include "services/job-scheduler/domain/failure_cause.h"

#include <gtest/gtest.h>

namespace callimport::job_scheduler {
namespace {

constexpr char kJob[] = "01900000-0000-7000-8000-000000000001";
const CauseRef kCause{.reason = "NOT MEDIA ä",
                      .failed_until = Timestamp(std::chrono::microseconds(1'767'225'600'123'456))};

TEST(FailureCauseTest, ItsTokenIsReadBack) {
  EXPECT_EQ(CauseOf(kJob, RetryTokenOf(kJob, kCause)), kCause);
}

TEST(FailureCauseTest, ItsTokenIsGoodForItsJobOnly) {
  EXPECT_EQ(CauseOf("01900000-0000-7000-8000-000000000002", RetryTokenOf(kJob, kCause)),
            std::nullopt);
}

TEST(FailureCauseTest, WhatIsNoTokenIsRefused) {
  for (const std::string token : {"", "nonsense", "!!!", "MDE5MDAwMDAg", "IA==", "ICA="}) {
    EXPECT_EQ(CauseOf(kJob, token), std::nullopt) << token;
  }
  const std::string whole = RetryTokenOf(kJob, kCause);
  for (size_t size = 0; size < 60; ++size) {
    EXPECT_EQ(CauseOf(kJob, whole.substr(0, size)), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace callimport::job_scheduler
