// Whether vendors are asked, listened to, or played.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "libs/http/http_client.h"
#include "services/adapter-gateway/config.pb.h"

namespace callimport::adapter_gateway {

// CONFIG_INVALID unless it is recorded or replayed, or neither.
absl::Status CheckCassette(const CassetteConfig& config);

// Null where nothing is configured. CONFIG_INVALID, and as of CassetteRecorder and ReadCassette.
// `internet` must outlive it.
absl::StatusOr<std::unique_ptr<http::HttpClient>> OpenCassette(const CassetteConfig& config,
                                                               http::HttpClient& internet);

}  // namespace callimport::adapter_gateway
