#include "libs/http/retry_after.h"

#include <gtest/gtest.h>

namespace callimport::http {
namespace {

using namespace std::chrono_literals;

// 2026-03-10T18:07:52Z
const Timestamp kNow{1'773'166'072s};

TEST(RetryAfter, ReadsSeconds) { EXPECT_EQ(ParseRetryAfter("7", kNow), 7s); }

TEST(RetryAfter, ReadsEveryHttpDate) {
  EXPECT_EQ(ParseRetryAfter("Tue, 10 Mar 2026 18:08:00 GMT", kNow), 8s);
  EXPECT_EQ(ParseRetryAfter("Tuesday, 10-Mar-26 18:08:00 GMT", kNow), 8s);
  EXPECT_EQ(ParseRetryAfter("Tue Mar 10 18:08:00 2026", kNow), 8s);
}

TEST(RetryAfter, ReadsIsoTime) {
  EXPECT_EQ(ParseRetryAfter("2026-03-11T00:00:00Z", kNow), 21'128s);
}

TEST(RetryAfter, TakesAPastMomentAsNow) {
  EXPECT_EQ(ParseRetryAfter("Tue, 10 Mar 2026 18:00:00 GMT", kNow), 0s);
}

TEST(RetryAfter, IgnoresWhatItCannotRead) {
  for (const char* value : {"", "soon", "-1", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(ParseRetryAfter(value, kNow), std::nullopt) << value;
  }
}

TEST(RetryAfter, IsFoundInTheHead) {
  Head head;
  EXPECT_EQ(RetryAfterOf(head, kNow), std::nullopt);
  head.headers["retry-after"] = "3";
  EXPECT_EQ(RetryAfterOf(head, kNow), 3s);
}

}  // namespace
}  // namespace callimport::http
