// Names of the metadata that our rpcs carry.
#pragma once

namespace callimport::rpc {

inline constexpr char kCorrelationIdKey[] = "x-correlation-id";

}  // namespace callimport::rpc
