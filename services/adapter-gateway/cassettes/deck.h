// Whether vendors are asked, listened to, or played.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "libs/http/http_client.h"
#include "services/adapter-gateway/config.pb.h"

namespace callimport::adapter_gateway {

// Null where nothing is configured. CONFIG_INVALID, and as of CassetteRecorder and ReadCassette.
// `internet` must outlive it.
absl::StatusOr<std::unique_ptr<http::HttpClient>> OpenCassette(const CassetteConfig& config,
                                                               http::HttpClient& internet);

}  // namespace callimport::adapter_gateway
