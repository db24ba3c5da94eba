// What the configuration allows, with its defaults filled in.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/media-pipeline/config.pb.h"

namespace callimport::media_pipeline {

struct Limits {
  int downloads_at_once = 64;
  int transcriptions_at_once = 1;
};

absl::StatusOr<Limits> LimitsOf(const Config& config);

// "media-pipeline@host:pid": who has a lease, for people.
std::string WorkerName();

}  // namespace callimport::media_pipeline
