// One sentence for people: "Gong import complete — 8 new calls imported. Skipped 3 duplicates."
#pragma once

#include <string>

#include "callimport/common/v1/progress.pb.h"

namespace callimport::status_tracker {

std::string SummaryLine(const common::v1::JobStatus& job);

// "zoom_phone" as "Zoom Phone".
std::string PlatformTitle(const std::string& platform);

}  // namespace callimport::status_tracker
