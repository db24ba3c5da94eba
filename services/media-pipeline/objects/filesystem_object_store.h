// Recordings as files of one folder: DIR/objects/<key>, and below DIR/staged while they are
// written.
#pragma once

#include <memory>
#include <string>

#include "services/media-pipeline/objects/object_store.h"

namespace callimport::media_pipeline {

// Makes the folder if need be. FAILED_PRECONDITION (OBJECT_DIR_UNUSABLE) says why it cannot.
absl::StatusOr<std::unique_ptr<ObjectStore>> OpenFilesystemObjectStore(const std::string& folder);

}  // namespace callimport::media_pipeline
