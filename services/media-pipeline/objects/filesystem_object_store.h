// Recordings as files of one folder: DIR/objects/<key>, and below DIR/staged while they are
// written, or DIR/resumable where somebody may go on writing later.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "services/media-pipeline/objects/object_store.h"

namespace callimport::media_pipeline {

// How many of them that were broken off may wait, and with how many bytes, before no other is
// begun.
struct ResumableBounds {
  int files = 1'000;
  int64_t bytes = int64_t{64} << 30;
};

// Makes the folder if need be. FAILED_PRECONDITION (OBJECT_DIR_UNUSABLE) says why it cannot.
absl::StatusOr<std::unique_ptr<ObjectStore>> OpenFilesystemObjectStore(const std::string& folder,
                                                                       ResumableBounds bounds = {});

}  // namespace callimport::media_pipeline
