// Page tokens that tell nothing, and fit only the request they were made for.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "callimport/common/v1/page.pb.h"

namespace callimport::media_pipeline {

// `request` names what was asked, `position` where the next page begins.
std::string MakePageToken(const std::vector<std::string>& request,
                          const std::vector<std::string>& position);

// The position, with as many parts as expected; none for an empty token. INVALID_ARGUMENT with a
// violation of page.page_token when the token is foreign.
absl::StatusOr<std::vector<std::string>> ReadPageToken(const std::string& token,
                                                       const std::vector<std::string>& request,
                                                       size_t parts);

// INVALID_ARGUMENT when it is negative.
absl::StatusOr<int> PageSize(const common::v1::PageRequest& page);

}  // namespace callimport::media_pipeline
