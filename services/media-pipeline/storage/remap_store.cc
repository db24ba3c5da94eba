#include "services/media-pipeline/storage/remap_store.h"

#include <map>

#include "libs/postgres/transact.h"
#include "services/media-pipeline/storage/transcripts_table.h"

namespace callimport::media_pipeline {

absl::StatusOr<std::vector<KeptEngagement>> RemapStore::Read(
    const RemapOrder& order, const std::optional<ListPosition>& after, int limit) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { return ListToRemap(tx, order, after, limit); });
}

absl::StatusOr<std::vector<common::v1::Transcript>> RemapStore::ReadTranscripts(
    const std::vector<std::string>& engagement_ids) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { return FindTranscripts(tx, engagement_ids); });
}

absl::StatusOr<std::vector<std::string>> RemapStore::Correct(
    const std::string& workspace_id, const std::vector<Correction>& corrections) {
  std::map<std::string, const Correction*> by_id;
  for (const Correction& correction : corrections) by_id[correction.engagement_id] = &correction;
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    std::vector<std::string> changed = CorrectEngagements(tx, workspace_id, corrections);
    std::vector<std::string> vectors;
    vectors.reserve(changed.size());
    for (const std::string& id : changed) vectors.push_back(by_id.at(id)->after.search);
    ReplaceSearch(tx, changed, vectors);
    return changed;
  });
}

}  // namespace callimport::media_pipeline
