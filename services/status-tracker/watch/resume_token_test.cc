#include "services/status-tracker/watch/resume_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::status_tracker {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

TEST(ResumeTokenTest, CarriesTheRevision) {
  const auto revision = ReadResumeToken(MakeResumeToken("job", 42), "job");

  ASSERT_THAT(revision, IsOk());
  EXPECT_EQ(*revision, 42);
}

TEST(ResumeTokenTest, AnEmptyTokenKnowsNothing) { EXPECT_EQ(*ReadResumeToken("", "job"), 0); }

TEST(ResumeTokenTest, RefusesATokenOfAnotherJob) {
  const auto revision = ReadResumeToken(MakeResumeToken("other", 42), "job");

  EXPECT_THAT(revision, HasReason("INVALID_REQUEST"));
  EXPECT_THAT(std::string(revision.status().message()), HasSubstr("resume_token"));
}

TEST(ResumeTokenTest, RefusesWhatWasNotMadeHere) {
  for (const std::string& token :
       {std::string("nonsense"), std::string("???"), MakeResumeToken("job", 0),
        MakeResumeToken("job", 42).substr(1), std::string(100'000, 'A')}) {
    EXPECT_THAT(ReadResumeToken(token, "job"), HasReason("INVALID_REQUEST")) << token.substr(0, 50);
  }
}

TEST(ResumeTokenTest, IsSafeInAddresses) {
  const std::string token = MakeResumeToken("0198c0de-0000-7000-8000-00000000ffff", 1'234'567);

  EXPECT_EQ(token.find_first_of("+/"), std::string::npos);
}

}  // namespace
}  // namespace callimport::status_tracker
