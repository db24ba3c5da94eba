#include "services/job-scheduler/domain/credential_refusal.h"

#include <gtest/gtest.h>

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kNow{seconds(1'767'225'600)};
const Failed kRefused{FailureClass::kAuth, "INVALID_KEY", "the key is refused", {}};

TEST(CredentialRefusalTest, IsOfTheKeyAndNotOfOneQuestion) {
  EXPECT_TRUE(IsRefusal(kRefused));
  EXPECT_FALSE(IsRefusal(Failed{FailureClass::kAuth, "MISSING_PERMISSION", "", {}}));
  EXPECT_FALSE(IsRefusal(Failed{FailureClass::kTransient, "INVALID_KEY", "", {}}));
  EXPECT_FALSE(IsRefusal(Completed{"engagement", 1}));
}

TEST(CredentialRefusalTest, IsTriedEverMoreRarely) {
  CredentialRefusal refusal;
  Timestamp now = kNow;
  for (const minutes pause : {minutes(1), minutes(2), minutes(4), minutes(8), minutes(16),
                              minutes(32), minutes(60), minutes(60)}) {
    Refuse(refusal, kRefused, now);
    EXPECT_EQ(refusal.try_after, now + pause);
    now = refusal.try_after;
  }
  EXPECT_EQ(refusal.refused_at, kNow);
  EXPECT_EQ(refusal.message, "the key is refused");
}

TEST(CredentialRefusalTest, IsNoLongerForAllThatWereOnTheirWay) {
  CredentialRefusal refusal;
  Refuse(refusal, kRefused, kNow);

  for (int other = 0; other < 50; ++other) Refuse(refusal, kRefused, kNow + seconds(30));

  EXPECT_EQ(refusal.try_after, kNow + minutes(1));
}

TEST(CredentialRefusalTest, IsGivenUpAfterADay) {
  CredentialRefusal refusal;
  EXPECT_FALSE(IsGivenUp(refusal, kNow));
  Refuse(refusal, kRefused, kNow);

  EXPECT_FALSE(IsGivenUp(refusal, kNow + hours(24) - seconds(1)));
  EXPECT_TRUE(IsGivenUp(refusal, kNow + hours(24)));
}

}  // namespace
}  // namespace callimport::job_scheduler
