// What arrives in place of a recording: error pages, documents, media of other kinds.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace callimport::media_pipeline {

// OK when `head`, the beginning of the content, is nothing that is known to be refused.
absl::Status RefuseKnownContent(std::string_view head);

}  // namespace callimport::media_pipeline
