// Days and moments as people type them.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "callimport/common/v1/call.pb.h"
#include "tools/callimport/command_line.h"

namespace callimport::cli {

// From --from, --to and each --filter. A day given as --to belongs to the range; a moment (RFC
// 3339) does not.
absl::StatusOr<common::v1::CallFilter> FilterOf(const Arguments& arguments);

// The moment, or the end of the day; nothing when it was not said.
absl::StatusOr<std::optional<google::protobuf::Timestamp>> EndOf(const Arguments& arguments,
                                                                 const std::string& flag);

// "2024-01-31 14:05", in UTC; "" for nothing.
std::string ShortTime(const google::protobuf::Timestamp& time);

}  // namespace callimport::cli
