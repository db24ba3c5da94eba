// Between std::chrono and google.protobuf.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>

#include "libs/common/clock.h"

namespace callimport {

google::protobuf::Timestamp ToProto(Timestamp time);
Timestamp FromProto(const google::protobuf::Timestamp& time);

google::protobuf::Duration ToProto(std::chrono::milliseconds duration);
std::chrono::milliseconds FromProto(const google::protobuf::Duration& duration);

}  // namespace callimport
