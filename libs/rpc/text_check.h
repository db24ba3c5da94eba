// Holds every text of a request against what a table can hold, whatever the request is.
#pragma once

#include <google/protobuf/message.h>

#include "absl/status/status.h"

namespace callimport::rpc {

// INVALID_ARGUMENT that names the field when a string of it holds a NUL. PostgreSQL's protocol
// would end such a string there, without a word. (That strings are UTF-8, protobuf sees to.)
absl::Status CheckTextsOf(const google::protobuf::Message& request);

}  // namespace callimport::rpc
