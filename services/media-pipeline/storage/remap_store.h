// Engagements whose source's records are read again. Every method is one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/media-pipeline/storage/engagements_table.h"

namespace callimport::media_pipeline {

class RemapStore {
 public:
  explicit RemapStore(postgres::Pool& pool) : pool_(pool) {}

  // See ListToRemap.
  absl::StatusOr<std::vector<KeptEngagement>> Read(const RemapOrder& order,
                                                   const std::optional<ListPosition>& after,
                                                   int limit);
  // In the order of the ids; empty where there is none.
  absl::StatusOr<std::vector<common::v1::Transcript>> ReadTranscripts(
      const std::vector<std::string>& engagement_ids);

  // See CorrectEngagements. They are found by what they say now.
  absl::StatusOr<std::vector<std::string>> Correct(const std::string& workspace_id,
                                                   const std::vector<Correction>& corrections);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::media_pipeline
