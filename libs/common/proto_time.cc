#include "libs/common/proto_time.h"

namespace callimport {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

}  // namespace

google::protobuf::Timestamp ToProto(Timestamp time) {
  const auto whole = std::chrono::floor<seconds>(time);
  google::protobuf::Timestamp proto;
  proto.set_seconds(whole.time_since_epoch().count());
  proto.set_nanos(static_cast<int32_t>(duration_cast<nanoseconds>(time - whole).count()));
  return proto;
}

Timestamp FromProto(const google::protobuf::Timestamp& time) {
  return Timestamp(
      duration_cast<Timestamp::duration>(seconds(time.seconds()) + nanoseconds(time.nanos())));
}

google::protobuf::Duration ToProto(milliseconds duration) {
  const auto whole = duration_cast<seconds>(duration);
  google::protobuf::Duration proto;
  proto.set_seconds(whole.count());
  proto.set_nanos(static_cast<int32_t>(nanoseconds(duration - whole).count()));
  return proto;
}

milliseconds FromProto(const google::protobuf::Duration& duration) {
  return duration_cast<milliseconds>(seconds(duration.seconds()) + nanoseconds(duration.nanos()));
}

}  // namespace callimport
