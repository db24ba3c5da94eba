// What is to be done with a call at the end of a stage.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "callimport/job_scheduler/v1/call_queue.pb.h"
#include "services/media-pipeline/pipeline/call_in_hand.h"

namespace callimport::media_pipeline {

// Stores what is there to be stored, and then reports the outcome, or goes on.
struct Delivery {
  CallPtr call;
  // Not in the database yet.
  std::optional<StoredRecording> new_recording;
  std::optional<EngagementDraft> engagement;

  // Exactly one of the three is set once it is stored.
  std::string engagement_id;  // completed
  std::optional<job_scheduler::v1::FailedCall> failure;
  std::function<void()> then;

  int64_t media_bytes = 0;
  // With a completed one.
  std::vector<job_scheduler::v1::CallWarning> warnings;
};

}  // namespace callimport::media_pipeline
