// The SQL of transcripts and of the search over them. Every function joins the caller's
// transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/media-pipeline/domain/engagement.h"

namespace callimport::media_pipeline {

// One row for each draft; `engagement_ids` in the same order.
void InsertTranscripts(pqxx::work& tx, const std::vector<std::string>& engagement_ids,
                       const std::vector<const EngagementDraft*>& drafts);

// Transcript and original; nothing for an unknown engagement.
std::optional<EngagementTexts> FindTexts(pqxx::work& tx, const std::string& engagement_id);

// The transcripts of these engagements, in their order; empty where there is none.
std::vector<common::v1::Transcript> FindTranscripts(pqxx::work& tx,
                                                    const std::vector<std::string>& engagement_ids);

// What of these engagements can be found, in their order.
void ReplaceSearch(pqxx::work& tx, const std::vector<std::string>& engagement_ids,
                   const std::vector<std::string>& vectors);

// What people typed, as PostgreSQL understood it.
struct ParsedQuery {
  std::string tsquery;
  // Without what must not occur; "T" when nothing is left.
  std::string positive;
  // Stop words alone find nothing.
  bool empty = false;
};
ParsedQuery ParseQuery(pqxx::work& tx, const std::string& query);

// The engagements of the workspace that match, best first.
std::vector<std::string> Search(pqxx::work& tx, const std::string& workspace_id,
                                const std::string& tsquery, int limit, int64_t offset);

// What PostgreSQL makes of each word: the text form of its tsvector, in which the last position is
// that of the mark kAfterWord.
inline constexpr char kAfterWord[] = "zzafterword";
std::vector<std::string> ParseWords(pqxx::work& tx, const std::vector<std::string>& words);

}  // namespace callimport::media_pipeline
