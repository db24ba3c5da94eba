#include "services/media-pipeline/pipeline/all_dropped.h"

#include <gtest/gtest.h>

namespace callimport::media_pipeline {
namespace {

CallPtr MakeCall() { return std::make_shared<CallInHand>(job_scheduler::v1::LeasedCall()); }

TEST(AllDroppedTest, StopsWithTheLastCallThatIsDropped) {
  const CallPtr first = MakeCall(), second = MakeCall();
  const AllDropped all({first, second});

  first->stop.request_stop();
  EXPECT_FALSE(all.token().stop_requested());
  second->stop.request_stop();

  EXPECT_TRUE(all.token().stop_requested());
}

TEST(AllDroppedTest, CountsThoseThatWereDroppedBefore) {
  const CallPtr call = MakeCall();
  call->stop.request_stop();

  EXPECT_TRUE(AllDropped({call}).token().stop_requested());
}

TEST(AllDroppedTest, StopsAnyway) {
  AllDropped all({MakeCall()});

  all.StopAnyway();

  EXPECT_TRUE(all.token().stop_requested());
}

}  // namespace
}  // namespace callimport::media_pipeline
