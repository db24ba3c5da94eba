// Where the correlation id stands in the metadata of an rpc. Inside libs/rpc only.
#pragma once

namespace callimport::rpc {

inline constexpr char kCorrelationKey[] = "x-correlation-id";

}  // namespace callimport::rpc
