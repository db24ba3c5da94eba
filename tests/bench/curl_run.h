// What curl reaches with the same addresses: the measure for our own path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace callimport::bench {

struct CurlRun {
  int64_t bytes = 0;
  double seconds = 0;

  double Rate() const { return static_cast<double>(bytes) / seconds; }
};

// One curl fetches them all into the folder, `side_by_side` at a time; they are removed again.
absl::StatusOr<CurlRun> FetchWithCurl(const std::vector<std::string>& addresses, int side_by_side,
                                      const std::filesystem::path& folder);

}  // namespace callimport::bench
