// An engagement as the proto tells it.
#pragma once

#include "callimport/media_pipeline/v1/engagements.pb.h"
#include "services/media-pipeline/domain/engagement.h"

namespace callimport::media_pipeline {

v1::Engagement ToMessage(const Engagement& engagement);

}  // namespace callimport::media_pipeline
