#include "services/media-pipeline/storage/transcripts_table.h"

#include <map>

#include "libs/postgres/values.h"

namespace callimport::media_pipeline {
namespace {

constexpr char kInsertTranscripts[] = R"sql(
  INSERT INTO transcripts (engagement_id, normal_form, original, search)
  SELECT id, nullif(normal, ''), nullif(original, ''), search::tsvector
  FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[]) AS new (id, normal, original, search)
  ON CONFLICT (engagement_id) DO NOTHING)sql";

constexpr char kFindTexts[] = R"sql(
  SELECT normal_form, original FROM transcripts WHERE engagement_id = $1::uuid)sql";

constexpr char kFindTranscripts[] = R"sql(
  SELECT engagement_id, normal_form FROM transcripts
  WHERE engagement_id = ANY($1::uuid[]) AND normal_form IS NOT NULL)sql";

constexpr char kReplaceSearch[] = R"sql(
  UPDATE transcripts SET search = new.search::tsvector
  FROM unnest($1::uuid[], $2::text[]) AS new (id, search) WHERE engagement_id = new.id)sql";

constexpr char kParseQuery[] = R"sql(
  SELECT query::text AS tsquery, querytree(query) AS positive, numnode(query) AS nodes
  FROM websearch_to_tsquery('pg_catalog.english', $1) AS query)sql";

// Ranks at most the 2,000 matches found first: a word that everybody says tells little, and
// reading them all would take seconds.
constexpr char kSearch[] = R"sql(
  SELECT engagement_id FROM (
    SELECT engagement_id, search FROM transcripts
    WHERE search @@ ($2::tsquery && $1::tsquery) LIMIT 2000) AS found
  ORDER BY ts_rank(search, $2::tsquery) DESC, engagement_id DESC
  LIMIT $3 OFFSET $4)sql";

constexpr char kParseWords[] = R"sql(
  SELECT to_tsvector('pg_catalog.english', word || $2)::text AS lexemes
  FROM unnest($1::text[]) WITH ORDINALITY AS asked (word, position) ORDER BY position)sql";

common::v1::Transcript ReadTranscript(const pqxx::field& field) {
  common::v1::Transcript transcript;
  transcript.ParseFromString(postgres::FromBytea(field));
  return transcript;
}

}  // namespace

void InsertTranscripts(pqxx::work& tx, const std::vector<std::string>& engagement_ids,
                       const std::vector<const EngagementDraft*>& drafts) {
  if (drafts.empty()) return;
  std::vector<std::string> normal_forms, originals, vectors;
  for (const EngagementDraft* draft : drafts) {
    normal_forms.push_back(draft->transcript ? draft->transcript->SerializeAsString() : "");
    originals.push_back(draft->original_transcript);
    vectors.push_back(draft->search);
  }
  tx.exec_params(kInsertTranscripts, postgres::ToArray(engagement_ids),
                 postgres::ToByteaArray(normal_forms), postgres::ToByteaArray(originals),
                 postgres::ToArray(vectors));
}

std::optional<EngagementTexts> FindTexts(pqxx::work& tx, const std::string& engagement_id) {
  const pqxx::result rows = tx.exec_params(kFindTexts, engagement_id);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows.front();
  EngagementTexts texts;
  if (!row["normal_form"].is_null()) texts.transcript = ReadTranscript(row["normal_form"]);
  if (!row["original"].is_null()) {
    texts.original_transcript = postgres::FromBytea(row["original"]);
  }
  return texts;
}

std::vector<common::v1::Transcript> FindTranscripts(
    pqxx::work& tx, const std::vector<std::string>& engagement_ids) {
  std::map<std::string, common::v1::Transcript> found;
  for (const pqxx::row& row : tx.exec_params(kFindTranscripts, postgres::ToArray(engagement_ids))) {
    found.emplace(row["engagement_id"].as<std::string>(), ReadTranscript(row["normal_form"]));
  }
  std::vector<common::v1::Transcript> transcripts;
  for (const std::string& id : engagement_ids) transcripts.push_back(std::move(found[id]));
  return transcripts;
}

void ReplaceSearch(pqxx::work& tx, const std::vector<std::string>& engagement_ids,
                   const std::vector<std::string>& vectors) {
  tx.exec_params(kReplaceSearch, postgres::ToArray(engagement_ids), postgres::ToArray(vectors));
}

ParsedQuery ParseQuery(pqxx::work& tx, const std::string& query) {
  const pqxx::row row = tx.exec_params1(kParseQuery, query);
  return {.tsquery = row["tsquery"].as<std::string>(),
          .positive = row["positive"].as<std::string>(),
          .empty = row["nodes"].as<int>() == 0};
}

std::vector<std::string> Search(pqxx::work& tx, const std::string& workspace_id,
                                const std::string& tsquery, int limit, int64_t offset) {
  std::vector<std::string> ids;
  for (const pqxx::row& row :
       tx.exec_params(kSearch, "'=" + workspace_id + "'", tsquery, limit, offset)) {
    ids.push_back(row["engagement_id"].as<std::string>());
  }
  return ids;
}

std::vector<std::string> ParseWords(pqxx::work& tx, const std::vector<std::string>& words) {
  std::vector<std::string> lexemes;
  for (const pqxx::row& row :
       tx.exec_params(kParseWords, postgres::ToArray(words), std::string(" ") + kAfterWord)) {
    lexemes.push_back(row["lexemes"].as<std::string>());
  }
  return lexemes;
}

}  // namespace callimport::media_pipeline
