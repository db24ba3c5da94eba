#include "libs/common/proto_time.h"

#include <gtest/gtest.h>

namespace callimport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(ProtoTimeTest, KeepsMicrosecondsThereAndBack) {
  const Timestamp time{microseconds(1'767'225'600'123'456)};
  EXPECT_EQ(FromProto(ToProto(time)), time);
}

TEST(ProtoTimeTest, KeepsTimesBeforeTheEpoch) {
  const Timestamp time{milliseconds(-1500)};
  const auto proto = ToProto(time);

  EXPECT_EQ(proto.seconds(), -2);
  EXPECT_EQ(proto.nanos(), 500'000'000);
  EXPECT_EQ(FromProto(proto), time);
}

TEST(ProtoTimeTest, KeepsDurationsOfEitherSign) {
  for (const milliseconds duration : {milliseconds(0), milliseconds(1999), milliseconds(-1999)}) {
    EXPECT_EQ(FromProto(ToProto(duration)), duration);
  }
}

}  // namespace
}  // namespace callimport
