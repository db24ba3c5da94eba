// Where routing rules plug in: when a call has its normal form, before it is stored.
#pragma once

#include "absl/status/status.h"
#include "services/media-pipeline/domain/engagement.h"

namespace callimport::media_pipeline {

class RoutingHook {
 public:
  virtual ~RoutingHook() = default;

  // May change what the draft says of the call, but neither its origin nor its ids. An error fails
  // the call with its reason; it is asked again when the call is retried. Called from many threads
  // at once, and waited for: whatever takes long belongs elsewhere.
  virtual absl::Status Route(EngagementDraft& draft) = 0;
};

// There are no rules yet.
class NoRouting final : public RoutingHook {
 public:
  absl::Status Route(EngagementDraft&) override { return absl::OkStatus(); }
};

}  // namespace callimport::media_pipeline
