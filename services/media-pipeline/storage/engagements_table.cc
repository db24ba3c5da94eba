#include "services/media-pipeline/storage/engagements_table.h"

#include <map>

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/postgres/values.h"
#include "services/media-pipeline/storage/columns.h"

namespace callimport::media_pipeline {
namespace {

constexpr char kInsertEngagements[] = R"sql(
  INSERT INTO engagements (engagement_id, workspace_id, import_source, source_call_id,
                           import_batch_id, call_id, happened_at, duration_ms, metadata_quality,
                           transcript_engine, record, source_metadata)
  SELECT id, workspace, source, source_call, batch, call, coalesce(happened, now()), duration,
         quality, engine, record, metadata
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
              $7::timestamptz[], $8::bigint[], $9::smallint[], $10::text[], $11::bytea[],
              $12::bytea[])
       AS new (id, workspace, source, source_call, batch, call, happened, duration, quality,
               engine, record, metadata)
  ON CONFLICT (workspace_id, import_source, source_call_id) DO NOTHING
  RETURNING engagement_id)sql";

constexpr char kFindEngagementIds[] = R"sql(
  SELECT wanted.position, e.engagement_id
  FROM unnest($1::text[], $2::text[], $3::text[])
       WITH ORDINALITY AS wanted (workspace, source, source_call, position)
  JOIN engagements e ON e.workspace_id = wanted.workspace AND e.import_source = wanted.source
                    AND e.source_call_id = wanted.source_call)sql";

constexpr char kFindEngagements[] = R"sql(
  SELECT e.engagement_id, e.workspace_id, e.import_source, e.source_call_id, e.import_batch_id,
         e.call_id, e.happened_at, e.import_time, e.duration_ms, e.metadata_quality,
         e.transcript_engine, e.record, r.object_key, r.sha256, r.size_bytes, r.content_type,
         r.duration_ms AS recording_ms
  FROM engagements e LEFT JOIN recordings r ON r.call_id = e.call_id
  WHERE e.workspace_id = $1 AND e.engagement_id = ANY($2::uuid[]))sql";

constexpr char kListEngagements[] = R"sql(
  SELECT engagement_id FROM engagements
  WHERE workspace_id = $1 AND (happened_at, engagement_id) < ($2::timestamptz, $3::uuid)
  ORDER BY happened_at DESC, engagement_id DESC LIMIT $4)sql";

constexpr char kListEngagementsOfBatch[] = R"sql(
  SELECT engagement_id FROM engagements
  WHERE import_batch_id = $5 AND workspace_id = $1
    AND (happened_at, engagement_id) < ($2::timestamptz, $3::uuid)
  ORDER BY happened_at DESC, engagement_id DESC LIMIT $4)sql";

constexpr char kFindSourceMetadata[] = R"sql(
  SELECT source_metadata FROM engagements WHERE engagement_id = $1::uuid)sql";

constexpr char kListToRemap[] = R"sql(
  SELECT e.engagement_id, e.workspace_id, e.import_source, e.source_call_id, e.import_batch_id,
         e.call_id, e.happened_at, e.import_time, e.duration_ms, e.metadata_quality,
         e.transcript_engine, e.record, r.object_key, r.sha256, r.size_bytes, r.content_type,
         r.duration_ms AS recording_ms, e.source_metadata
  FROM engagements e LEFT JOIN recordings r ON r.call_id = e.call_id
  WHERE e.workspace_id = $1 AND e.import_source = $2
    AND (e.happened_at, e.engagement_id) < ($3::timestamptz, $4::uuid)
    AND e.happened_at >= $5::timestamptz AND e.happened_at < $6::timestamptz
  ORDER BY e.happened_at DESC, e.engagement_id DESC LIMIT $7)sql";

// Only what is still as it was read: whoever was faster has read it by the same mapping or a newer
// one, and what was deleted stays so. In the order of ids, so that none waits in a circle.
constexpr char kCorrect[] = R"sql(
  WITH held AS (
    SELECT engagement_id FROM engagements
    WHERE workspace_id = $1 AND engagement_id = ANY($2::uuid[])
    ORDER BY engagement_id FOR UPDATE)
  UPDATE engagements AS e
  SET record = new.record, happened_at = coalesce(new.happened, e.happened_at),
      duration_ms = new.duration, metadata_quality = new.quality
  FROM unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::timestamptz[], $6::bigint[],
              $7::smallint[]) AS new (id, before, record, happened, duration, quality)
  JOIN held ON held.engagement_id = new.id
  WHERE e.engagement_id = new.id AND e.record = new.before
  RETURNING e.engagement_id)sql";

// Older than any engagement, and newer.
constexpr char kBeginningOfTime[] = "-infinity";
constexpr char kEndOfTime[] = "infinity";
constexpr char kLastUuid[] = "ffffffff-ffff-ffff-ffff-ffffffffffff";

std::optional<StoredRecording> ReadRecording(const pqxx::row& row) {
  if (row["object_key"].is_null()) return std::nullopt;
  return StoredRecording{.object_key = row["object_key"].as<std::string>(),
                         .sha256 = postgres::FromBytea(row["sha256"]),
                         .size_bytes = row["size_bytes"].as<int64_t>(),
                         .content_type = row["content_type"].as<std::string>(),
                         .duration = MillisecondsFrom(row["recording_ms"])};
}

Engagement ReadEngagement(const pqxx::row& row) {
  Engagement engagement;
  engagement.engagement_id = row["engagement_id"].as<std::string>();
  engagement.import_time = postgres::TimeFromSql(row["import_time"]);
  engagement.happened_at = postgres::TimeFromSql(row["happened_at"]);
  engagement.recording = ReadRecording(row);
  EngagementFacts& facts = engagement.facts;
  facts.origin = {.workspace_id = row["workspace_id"].as<std::string>(),
                  .import_source = row["import_source"].as<std::string>(),
                  .source_call_id = row["source_call_id"].as<std::string>()};
  facts.import_batch_id = row["import_batch_id"].as<std::string>();
  facts.call_id = row["call_id"].as<std::string>();
  facts.duration = MillisecondsFrom(row["duration_ms"]);
  facts.quality = static_cast<MetadataQuality>(row["metadata_quality"].as<int>());
  facts.transcript_engine = row["transcript_engine"].as<std::string>();
  facts.record.ParseFromString(postgres::FromBytea(row["record"]));
  return engagement;
}

// In the order of the ids; what was not found is left out.
std::vector<Engagement> ReadEngagements(const pqxx::result& rows,
                                        const std::vector<std::string>& ids) {
  std::map<std::string, Engagement> by_id;
  for (const pqxx::row& row : rows) {
    Engagement engagement = ReadEngagement(row);
    by_id.emplace(engagement.engagement_id, std::move(engagement));
  }
  std::vector<Engagement> engagements;
  for (const std::string& id : ids) {
    if (const auto found = by_id.find(id); found != by_id.end()) {
      engagements.push_back(std::move(found->second));
    }
  }
  return engagements;
}

std::optional<std::string> StartOf(const EngagementFacts& facts) {
  if (!facts.record.has_start_time()) return std::nullopt;
  return postgres::ToSql(FromProto(facts.record.start_time()));
}

// The columns of many drafts, each as an array.
struct DraftColumns {
  std::vector<std::string> ids, workspaces, sources, source_calls, batches, calls, engines, records,
      metadata;
  std::vector<std::optional<std::string>> happened, durations;
  std::vector<int64_t> qualities;

  void Add(const EngagementDraft& draft) {
    const EngagementFacts& facts = draft.facts;
    ids.push_back(NewUuid());
    workspaces.push_back(facts.origin.workspace_id);
    sources.push_back(facts.origin.import_source);
    source_calls.push_back(facts.origin.source_call_id);
    batches.push_back(facts.import_batch_id);
    calls.push_back(facts.call_id);
    happened.push_back(StartOf(facts));
    durations.push_back(Milliseconds(facts.duration));
    qualities.push_back(static_cast<int64_t>(facts.quality));
    engines.push_back(facts.transcript_engine);
    records.push_back(facts.record.SerializeAsString());
    metadata.push_back(draft.source_metadata);
  }
};

}  // namespace

InsertedEngagements InsertEngagements(pqxx::work& tx, const std::vector<EngagementDraft>& drafts) {
  DraftColumns c;
  for (const EngagementDraft& draft : drafts) c.Add(draft);
  using postgres::ToArray;
  using postgres::ToByteaArray;
  const pqxx::result rows =
      tx.exec_params(kInsertEngagements, ToArray(c.ids), ToArray(c.workspaces), ToArray(c.sources),
                     ToArray(c.source_calls), ToArray(c.batches), ToArray(c.calls),
                     ToArray(c.happened), ToArray(c.durations), ToArray(c.qualities),
                     ToArray(c.engines), ToByteaArray(c.records), ToByteaArray(c.metadata));
  if (rows.size() == drafts.size()) {
    return {.engagement_ids = std::move(c.ids), .inserted = std::vector(drafts.size(), true)};
  }
  std::vector<CallOrigin> origins;
  origins.reserve(drafts.size());
  for (const EngagementDraft& draft : drafts) origins.push_back(draft.facts.origin);
  InsertedEngagements result{.engagement_ids = FindEngagementIds(tx, origins), .inserted = {}};
  for (size_t i = 0; i < drafts.size(); ++i) {
    result.inserted.push_back(result.engagement_ids[i] == c.ids[i]);
  }
  return result;
}

std::vector<std::string> FindEngagementIds(pqxx::work& tx, const std::vector<CallOrigin>& origins) {
  std::vector<std::string> workspaces, sources, source_calls;
  for (const CallOrigin& origin : origins) {
    workspaces.push_back(origin.workspace_id);
    sources.push_back(origin.import_source);
    source_calls.push_back(origin.source_call_id);
  }
  std::vector<std::string> ids(origins.size());
  for (const pqxx::row& row :
       tx.exec_params(kFindEngagementIds, postgres::ToArray(workspaces), postgres::ToArray(sources),
                      postgres::ToArray(source_calls))) {
    ids[row["position"].as<size_t>() - 1] = row["engagement_id"].as<std::string>();
  }
  return ids;
}

std::vector<Engagement> FindEngagements(pqxx::work& tx, const std::string& workspace_id,
                                        const std::vector<std::string>& engagement_ids) {
  const pqxx::result rows =
      tx.exec_params(kFindEngagements, workspace_id, postgres::ToArray(engagement_ids));
  return ReadEngagements(rows, engagement_ids);
}

std::optional<Engagement> FindEngagement(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& engagement_id) {
  std::vector<Engagement> found = FindEngagements(tx, workspace_id, {engagement_id});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<std::string> ListEngagementIds(pqxx::work& tx, const std::string& workspace_id,
                                           const std::string& import_batch_id,
                                           const std::optional<ListPosition>& after, int limit) {
  const std::string time = after ? postgres::ToSql(after->happened_at) : kEndOfTime;
  const std::string id = after ? after->engagement_id : kLastUuid;
  const pqxx::result rows =
      import_batch_id.empty()
          ? tx.exec_params(kListEngagements, workspace_id, time, id, limit)
          : tx.exec_params(kListEngagementsOfBatch, workspace_id, time, id, limit, import_batch_id);
  std::vector<std::string> ids;
  for (const pqxx::row& row : rows) ids.push_back(row["engagement_id"].as<std::string>());
  return ids;
}

std::vector<KeptEngagement> ListToRemap(pqxx::work& tx, const RemapOrder& order,
                                        const std::optional<ListPosition>& after, int limit) {
  const pqxx::result rows =
      tx.exec_params(kListToRemap, order.workspace_id, order.import_source,
                     after ? postgres::ToSql(after->happened_at) : kEndOfTime,
                     after ? after->engagement_id : kLastUuid,
                     order.start ? postgres::ToSql(*order.start) : kBeginningOfTime,
                     order.end ? postgres::ToSql(*order.end) : kEndOfTime, limit);
  std::vector<KeptEngagement> kept;
  kept.reserve(rows.size());
  for (const pqxx::row& row : rows) {
    kept.push_back({ReadEngagement(row), postgres::FromBytea(row["record"]),
                    postgres::FromBytea(row["source_metadata"])});
  }
  return kept;
}

std::vector<std::string> CorrectEngagements(pqxx::work& tx, const std::string& workspace_id,
                                            const std::vector<Correction>& corrections) {
  std::vector<std::string> ids, before, records;
  std::vector<std::optional<std::string>> happened, durations;
  std::vector<int64_t> qualities;
  for (auto* column : {&ids, &before, &records}) column->reserve(corrections.size());
  for (auto* column : {&happened, &durations}) column->reserve(corrections.size());
  qualities.reserve(corrections.size());
  for (const Correction& correction : corrections) {
    const EngagementFacts& facts = correction.after.facts;
    ids.push_back(correction.engagement_id);
    before.push_back(correction.before);
    records.push_back(facts.record.SerializeAsString());
    happened.push_back(StartOf(facts));
    durations.push_back(Milliseconds(facts.duration));
    qualities.push_back(static_cast<int64_t>(facts.quality));
  }
  using postgres::ToArray;
  using postgres::ToByteaArray;
  std::vector<std::string> changed;
  for (const pqxx::row& row : tx.exec_params(
           kCorrect, workspace_id, ToArray(ids), ToByteaArray(before), ToByteaArray(records),
           ToArray(happened), ToArray(durations), ToArray(qualities))) {
    changed.push_back(row["engagement_id"].as<std::string>());
  }
  return changed;
}

std::string FindSourceMetadata(pqxx::work& tx, const std::string& engagement_id) {
  const pqxx::result rows = tx.exec_params(kFindSourceMetadata, engagement_id);
  return rows.empty() ? "" : postgres::FromBytea(rows.front()["source_metadata"]);
}

}  // namespace callimport::media_pipeline
