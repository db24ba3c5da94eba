#include "libs/common/proto_time.h"

#include <gtest/gtest.h>

#include <limits>

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

TEST(ProtoTimeTest, TakesWhatTheClockCannotHoldForTheNearestThatItCan) {
  google::protobuf::Timestamp late;
  late.set_seconds(std::numeric_limits<int64_t>::max());
  google::protobuf::Timestamp later_by_a_year;
  later_by_a_year.set_seconds(ToProto(FromProto(late)).seconds() + 31'536'000);
  google::protobuf::Duration back;
  back.set_seconds(std::numeric_limits<int64_t>::min());

  EXPECT_GT(FromProto(late), Timestamp{std::chrono::hours(24 * 365 * 200)});
  EXPECT_EQ(FromProto(later_by_a_year), FromProto(late));
  EXPECT_GT(FromProto(late) + std::chrono::hours(24 * 365), FromProto(late));
  EXPECT_LT(FromProto(back), -std::chrono::hours(24 * 365 * 200));
}

}  // namespace
}  // namespace callimport
