// Imported calls as text, by pure functions.
#pragma once

#include <string>

#include "callimport/media_pipeline/v1/engagements.pb.h"
#include "tools/callimport/progress_view.h"

namespace callimport::cli {

// Title, date and id, then each moment: when, who, and what was said around it.
std::string HitText(const media_pipeline::v1::SearchHit& hit, const Canvas& canvas);

// What is known of the call, then what was said.
std::string EngagementText(const media_pipeline::v1::GetEngagementResponse& response);

}  // namespace callimport::cli
