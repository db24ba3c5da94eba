// The SQL of engagements. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/media-pipeline/domain/engagement.h"

namespace callimport::media_pipeline {

// The ids of these calls' engagements, in their order. An engagement that exists stays as it is;
// `inserted` says of each whether it is new.
struct InsertedEngagements {
  std::vector<std::string> engagement_ids;
  std::vector<bool> inserted;
};
InsertedEngagements InsertEngagements(pqxx::work& tx, const std::vector<EngagementDraft>& drafts);

// The id of each call's engagement, in their order; empty where there is none.
std::vector<std::string> FindEngagementIds(pqxx::work& tx, const std::vector<CallOrigin>& origins);

std::optional<Engagement> FindEngagement(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& engagement_id);

// In the order of the ids; those of other workspaces are left out.
std::vector<Engagement> FindEngagements(pqxx::work& tx, const std::string& workspace_id,
                                        const std::vector<std::string>& engagement_ids);

// A place in the list of a workspace's engagements, newest call first.
struct ListPosition {
  Timestamp happened_at;
  std::string engagement_id;
};

// Up to `limit` engagements behind `after`; of one batch, or of all when it is empty.
std::vector<std::string> ListEngagementIds(pqxx::work& tx, const std::string& workspace_id,
                                           const std::string& import_batch_id,
                                           const std::optional<ListPosition>& after, int limit);

// Whose records are read again; those without an end are all before, or after.
struct RemapOrder {
  std::string workspace_id;
  std::string import_source;
  std::optional<Timestamp> start;
  std::optional<Timestamp> end;
};
struct KeptEngagement {
  Engagement engagement;
  // The bytes of facts.record as they are stored.
  std::string record;
  std::string source_metadata;
};
// Up to `limit` of them behind `after`, newest call first.
std::vector<KeptEngagement> ListToRemap(pqxx::work& tx, const RemapOrder& order,
                                        const std::optional<ListPosition>& after, int limit);

struct Correction {
  std::string engagement_id;
  // As KeptEngagement.record when it was read.
  std::string before;
  // Its facts and what is searched in; the rest of it stays.
  EngagementDraft after;
};
// Returns those that were still as they had been read. What was changed or deleted since stays so.
std::vector<std::string> CorrectEngagements(pqxx::work& tx, const std::string& workspace_id,
                                            const std::vector<Correction>& corrections);

// Empty when there is no such engagement.
std::string FindSourceMetadata(pqxx::work& tx, const std::string& engagement_id);

}  // namespace callimport::media_pipeline
