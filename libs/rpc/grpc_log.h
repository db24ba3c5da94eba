// gRPC's own messages as lines of our log. Inside libs/rpc only.
#pragma once

namespace callimport::rpc {

// Without this they go to standard error in a format of their own.
void TakeGrpcLog();

}  // namespace callimport::rpc
