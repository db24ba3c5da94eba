// The facts about platforms, one file each.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/platform.pb.h"

namespace callimport {

// Reads every <platform>.json of a folder, in alphabetical order, with its picture
// logos/<platform>.svg as logo_url, if there is one. INVALID_ARGUMENT (CONFIG_INVALID) names the
// file and what is wrong with it.
absl::StatusOr<std::vector<common::v1::PlatformDescriptor>> LoadCatalog(const std::string& folder);

}  // namespace callimport
