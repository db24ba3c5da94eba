// What the workers store. Every method is one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/media-pipeline/domain/engagement.h"
#include "services/media-pipeline/storage/recordings_table.h"

namespace callimport::media_pipeline {

class DeliveryStore {
 public:
  explicit DeliveryStore(postgres::Pool& pool) : pool_(pool) {}

  // Stores all of it or nothing. Returns the engagements' ids in their order; one that exists
  // already stays as it is.
  absl::StatusOr<std::vector<std::string>> Deliver(const std::vector<RecordingOfCall>& recordings,
                                                   const std::vector<EngagementDraft>& engagements);

  // What former attempts on a call have left.
  struct Remains {
    std::string engagement_id;
    std::optional<StoredRecording> recording;
  };
  struct KnownCall {
    std::string call_id;
    CallOrigin origin;
  };
  absl::StatusOr<std::vector<Remains>> FindRemains(const std::vector<KnownCall>& calls);

  absl::Status SaveUpload(const std::string& workspace_id, const StoredRecording& recording);
  absl::StatusOr<std::optional<StoredRecording>> FindUpload(const std::string& workspace_id,
                                                            const std::string& sha256);

  absl::StatusOr<std::vector<std::string>> FindObjectsInUse(const std::vector<std::string>& keys);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::media_pipeline
