#include "libs/common/proto_time.h"

#include <algorithm>

namespace callimport {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// What a message may say and the clock cannot hold is taken for the nearest that it can: 253 years.
constexpr int64_t kMaxSeconds = 8'000'000'000;

template <typename Message>
nanoseconds Held(const Message& message) {
  const int64_t whole = std::clamp<int64_t>(message.seconds(), -kMaxSeconds, kMaxSeconds);
  return seconds(whole) + nanoseconds(message.nanos());
}

}  // namespace

google::protobuf::Timestamp ToProto(Timestamp time) {
  const auto whole = std::chrono::floor<seconds>(time);
  google::protobuf::Timestamp proto;
  proto.set_seconds(whole.time_since_epoch().count());
  proto.set_nanos(static_cast<int32_t>(duration_cast<nanoseconds>(time - whole).count()));
  return proto;
}

Timestamp FromProto(const google::protobuf::Timestamp& time) {
  return Timestamp(duration_cast<Timestamp::duration>(Held(time)));
}

google::protobuf::Duration ToProto(milliseconds duration) {
  const auto whole = duration_cast<seconds>(duration);
  google::protobuf::Duration proto;
  proto.set_seconds(whole.count());
  proto.set_nanos(static_cast<int32_t>(nanoseconds(duration - whole).count()));
  return proto;
}

milliseconds FromProto(const google::protobuf::Duration& duration) {
  return duration_cast<milliseconds>(Held(duration));
}

}  // namespace callimport
