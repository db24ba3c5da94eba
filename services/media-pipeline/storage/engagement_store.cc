#include "services/media-pipeline/storage/engagement_store.h"

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"

namespace callimport::media_pipeline {
namespace {

absl::StatusOr<Engagement> GetIn(pqxx::work& tx, const std::string& workspace_id,
                                 const std::string& engagement_id) {
  std::optional<Engagement> engagement;
  if (IsUuid(engagement_id)) engagement = FindEngagement(tx, workspace_id, engagement_id);
  if (!engagement) {
    return Error(absl::StatusCode::kNotFound, "ENGAGEMENT_NOT_FOUND",
                 "no engagement " + engagement_id);
  }
  return *std::move(engagement);
}

// The engagements of these ids with their transcripts.
std::vector<EngagementStore::Found> Load(pqxx::work& tx, const std::string& workspace_id,
                                         const std::vector<std::string>& ids) {
  std::vector<EngagementStore::Found> found;
  std::vector<Engagement> engagements = FindEngagements(tx, workspace_id, ids);
  std::vector<std::string> present;
  for (const Engagement& engagement : engagements) present.push_back(engagement.engagement_id);
  std::vector<common::v1::Transcript> transcripts = FindTranscripts(tx, present);
  for (size_t i = 0; i < engagements.size(); ++i) {
    found.push_back({std::move(engagements[i]), std::move(transcripts[i])});
  }
  return found;
}

}  // namespace

absl::StatusOr<Engagement> EngagementStore::Get(const std::string& workspace_id,
                                                const std::string& engagement_id) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { return GetIn(tx, workspace_id, engagement_id); });
}

absl::StatusOr<EngagementStore::WithTexts> EngagementStore::GetWithTexts(
    const std::string& workspace_id, const std::string& engagement_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<WithTexts> {
    WithTexts result;
    ASSIGN_OR_RETURN(result.engagement, GetIn(tx, workspace_id, engagement_id));
    if (auto texts = FindTexts(tx, engagement_id)) result.texts = *std::move(texts);
    result.texts.source_metadata = FindSourceMetadata(tx, engagement_id);
    return result;
  });
}

absl::StatusOr<std::vector<Engagement>> EngagementStore::List(
    const std::string& workspace_id, const std::string& import_batch_id,
    const std::optional<ListPosition>& after, int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return FindEngagements(tx, workspace_id,
                           ListEngagementIds(tx, workspace_id, import_batch_id, after, limit));
  });
}

absl::StatusOr<EngagementStore::SearchResult> EngagementStore::Search(
    const std::string& workspace_id, const std::string& query, int limit, int64_t offset) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    const ParsedQuery parsed = ParseQuery(tx, query);
    SearchResult result{.positive_query = parsed.positive, .found = {}};
    if (parsed.empty) return result;
    result.found = Load(tx, workspace_id,
                        media_pipeline::Search(tx, workspace_id, parsed.tsquery, limit, offset));
    return result;
  });
}

absl::StatusOr<std::vector<std::string>> EngagementStore::ParseWords(
    const std::vector<std::string>& words) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { return media_pipeline::ParseWords(tx, words); });
}

}  // namespace callimport::media_pipeline
