// Bounds that client and server agree on. Inside libs/rpc only.
#pragma once

namespace callimport::rpc {

inline constexpr int kMaxMessageBytes = 16 * 1024 * 1024;
inline constexpr int kKeepaliveMs = 60'000;

}  // namespace callimport::rpc
