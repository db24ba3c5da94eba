// Bounds that client and server agree on. Inside libs/rpc only.
#pragma once

namespace callimport::rpc {

inline constexpr int kMaxMessageBytes = 16 * 1024 * 1024;
// A dead connection is noticed after at most the sum of both.
inline constexpr int kKeepaliveMs = 60'000;
inline constexpr int kKeepaliveTimeoutMs = 10'000;

}  // namespace callimport::rpc
