// The command line of callimport-bench.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"

namespace callimport::bench {

// A Gong-shaped server that is there already.
struct Vendor {
  std::string url;
  Secret key;
  Secret secret;
};

struct Options {
  bool help = false;
  // Rows to run, of kRows; never empty.
  std::set<std::string> rows;
  // How many calls rows with many calls take; unset: each its own number.
  std::optional<int64_t> calls;
  int64_t media_calls = 20;
  int64_t media_bytes = 50'000'000;
  int64_t watchers = 1'000;
  // Calls that wait while the row crowd leases others.
  int64_t queued = 1'000'000;
  std::optional<Vendor> vendor;
  // With a vendor that has limits: keep to those of the catalog.
  bool keep_limits = false;
  std::string json_file;

  bool Wants(const std::string& row) const { return rows.contains(row); }
};

// In the order in which they run.
inline const std::vector<std::string> kRows = {"listing", "import", "reads",   "media",
                                               "lease",   "crowd",  "scaling", "access",
                                               "watch",   "quota",  "webhooks"};

// Arguments without the program's name, each "--name=value" or "--name value". Where no --secret
// is given, `secret_of_environment` is it.
absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments,
                                     const std::string& secret_of_environment = "");

std::string Usage();

}  // namespace callimport::bench
