// Asking a Gong-shaped server, without our services, where its recordings are.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/http/http_client.h"
#include "tests/bench/options.h"

namespace callimport::bench {

// Signed addresses of the first recordings, at most `wanted`.
absl::StatusOr<std::vector<std::string>> FindMediaAddresses(http::HttpClient& http,
                                                            const Vendor& vendor, size_t wanted);

}  // namespace callimport::bench
