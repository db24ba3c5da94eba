// What people read. Every method is one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/media-pipeline/domain/engagement.h"
#include "services/media-pipeline/storage/engagements_table.h"
#include "services/media-pipeline/storage/transcripts_table.h"

namespace callimport::media_pipeline {

class EngagementStore {
 public:
  explicit EngagementStore(postgres::Pool& pool) : pool_(pool) {}

  // NOT_FOUND (ENGAGEMENT_NOT_FOUND) as well when it is another workspace's.
  absl::StatusOr<Engagement> Get(const std::string& workspace_id, const std::string& engagement_id);

  struct WithTexts {
    Engagement engagement;
    EngagementTexts texts;
  };
  absl::StatusOr<WithTexts> GetWithTexts(const std::string& workspace_id,
                                         const std::string& engagement_id);

  // Newest call first; of one batch, or of all when it is empty.
  absl::StatusOr<std::vector<Engagement>> List(const std::string& workspace_id,
                                               const std::string& import_batch_id,
                                               const std::optional<ListPosition>& after, int limit);

  struct Found {
    Engagement engagement;
    common::v1::Transcript transcript;
  };
  struct SearchResult {
    // Without what must not occur; "T" when nothing is left.
    std::string positive_query;
    std::vector<Found> found;
  };
  // Best match first.
  absl::StatusOr<SearchResult> Search(const std::string& workspace_id, const std::string& query,
                                      int limit, int64_t offset);

  // As transcripts_table's ParseWords.
  absl::StatusOr<std::vector<std::string>> ParseWords(const std::vector<std::string>& words);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::media_pipeline
