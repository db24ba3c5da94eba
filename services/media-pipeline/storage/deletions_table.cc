#include "services/media-pipeline/storage/deletions_table.h"

#include "libs/postgres/values.h"

namespace callimport::media_pipeline {
namespace {

constexpr char kDelete[] = R"sql(
  WITH gone AS (
    DELETE FROM engagements AS e
    USING unnest($1::text[], $2::text[], $3::text[], $4::text[])
            AS deleted (call, workspace, source, source_call)
    WHERE e.workspace_id = deleted.workspace AND e.import_source = deleted.source
      AND e.source_call_id = deleted.source_call AND e.call_id = deleted.call
    RETURNING e.engagement_id),
  silent AS (
    DELETE FROM transcripts WHERE engagement_id IN (SELECT engagement_id FROM gone)
    RETURNING normal_form IS NOT NULL AS said),
  unheard AS (
    DELETE FROM recordings WHERE call_id = ANY ($1::text[]) RETURNING call_id)
  SELECT (SELECT count(*) FROM gone) AS engagements,
         (SELECT count(*) FROM silent WHERE said) AS transcripts,
         (SELECT count(*) FROM unheard) AS recordings)sql";

}  // namespace

DeletedRows DeleteCalls(pqxx::work& tx, const std::vector<DeletedCall>& calls) {
  std::vector<std::string> ids;
  std::vector<std::string> workspaces;
  std::vector<std::string> sources;
  std::vector<std::string> source_calls;
  for (const DeletedCall& call : calls) {
    ids.push_back(call.call_id);
    workspaces.push_back(call.origin.workspace_id);
    sources.push_back(call.origin.import_source);
    source_calls.push_back(call.origin.source_call_id);
  }
  const pqxx::row row =
      tx.exec_params1(kDelete, postgres::ToArray(ids), postgres::ToArray(workspaces),
                      postgres::ToArray(sources), postgres::ToArray(source_calls));
  return {.engagements = row["engagements"].as<int64_t>(),
          .transcripts = row["transcripts"].as<int64_t>(),
          .recordings = row["recordings"].as<int64_t>()};
}

}  // namespace callimport::media_pipeline
