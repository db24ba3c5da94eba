#include "services/job-scheduler/storage/job_calls_table.h"

#include <algorithm>

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

// The records come as one value with the length of each, which costs the server far less than
// reading an array of them. (xmax = 0) is true for rows that were inserted.
constexpr char kLink[] = R"sql(
  INSERT INTO job_calls (job_id, call_id, relation, title, record, record_kind)
  SELECT $1, call.id, call.relation, call.title,
         CASE WHEN call.size >= 0 THEN substring($6::bytea FROM call.start FOR call.size) END,
         call.kind
  FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $7::int[], $8::int[])
    AS call (id, relation, title, size, start, kind)
  ON CONFLICT (job_id, call_id) DO UPDATE
  SET relation = excluded.relation, record = excluded.record
  WHERE job_calls.relation = 'DUPLICATE' AND excluded.relation = 'ADOPTED'
  RETURNING relation, (xmax = 0) AS inserted)sql";

constexpr char kReplace[] = R"sql(
  UPDATE job_calls
  SET title = call.title, record_kind = call.kind,
      record = substring($4::bytea FROM call.start FOR call.size)
  FROM unnest($2::uuid[], $3::text[], $5::int[], $6::int[], $7::int[])
    AS call (id, title, size, start, kind)
  WHERE job_id = $1 AND call_id = call.id)sql";

constexpr char kFirstUuid[] = "00000000-0000-0000-0000-000000000000";

// Job by job, so that a page costs no more than its own rows.
constexpr char kListRecords[] = R"sql(
  SELECT job.job_id, met.call_id, met.record
  FROM import_jobs AS job CROSS JOIN LATERAL (
    SELECT call_id, record FROM job_calls
    WHERE job_calls.job_id = job.job_id AND record IS NOT NULL
      AND call_id > CASE WHEN job.job_id = $3::uuid THEN $4::uuid ELSE $6::uuid END
    ORDER BY call_id LIMIT $5) AS met
  WHERE job.workspace_id = $1 AND job.platform = $2 AND job.job_id >= $3
  ORDER BY job.job_id, met.call_id LIMIT $5)sql";

// Only what is still as it was read: whoever was faster has read it by the same mapping or a newer
// one, and what was cleaned away stays so. In the order of ids, so that none waits in a circle.
constexpr char kCorrect[] = R"sql(
  WITH held AS (
    SELECT job_id, call_id FROM job_calls
    WHERE (job_id, call_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
    ORDER BY job_id, call_id FOR UPDATE)
  UPDATE job_calls AS met SET title = new.title, record = new.record
  FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[], $5::text[])
         AS new (job, call, before, record, title)
  JOIN held ON held.job_id = new.job AND held.call_id = new.call
  WHERE met.job_id = new.job AND met.call_id = new.call AND met.record = new.before
  RETURNING met.job_id, met.call_id)sql";

constexpr char kCountLinked[] = R"sql(
  SELECT count(*) FROM job_calls WHERE job_id = $1 AND call_id = ANY ($2::uuid[]))sql";

constexpr char kCountKinds[] = R"sql(
  SELECT record_kind, count(*) AS total,
         count(*) FILTER (WHERE imported_calls.state IN ('COMPLETED', 'FAILED', 'SKIPPED')
                            OR relation = 'DUPLICATE') AS processed
  FROM job_calls LEFT JOIN imported_calls USING (call_id)
  WHERE job_calls.job_id = $1
  GROUP BY record_kind ORDER BY record_kind)sql";

constexpr char kList[] = R"sql(
  SELECT call_id, coalesce(long_source_id, source_call_id) AS source_call_id, job_calls.title, state, relation, engagement_id, error_reason,
         error_message, failures, failed_at, available_at, imported_calls.job_id = $1 AS owned
  FROM (
    SELECT call_id, title, relation FROM job_calls
    WHERE job_id = $1 AND ($2::uuid IS NULL OR call_id > $2)
    ORDER BY call_id LIMIT $5) AS job_calls
  JOIN imported_calls USING (call_id)
  WHERE cardinality($3::text[]) = 0 OR state = ANY ($3)
  ORDER BY call_id LIMIT $4)sql";

constexpr char kLastLookedAt[] = R"sql(
  SELECT call_id FROM job_calls
  WHERE job_id = $1 AND ($2::uuid IS NULL OR call_id > $2)
  ORDER BY call_id OFFSET $3 - 1 LIMIT 1)sql";

// What failed is usually little among much, and has an index of its own.
constexpr char kListFailed[] = R"sql(
  SELECT call_id, coalesce(long_source_id, source_call_id) AS source_call_id, job_calls.title, state, relation, engagement_id, error_reason,
         error_message, failures, failed_at, available_at, true AS owned
  FROM imported_calls JOIN job_calls USING (job_id, call_id)
  WHERE job_id = $1 AND failed_at IS NOT NULL AND ($2::uuid IS NULL OR call_id > $2)
  ORDER BY call_id LIMIT $3)sql";

constexpr char kFindTitles[] = R"sql(
  SELECT asked.job_id, coalesce(nullif(job_calls.title, ''), source_call_id) AS title
  FROM unnest($1::uuid[], $2::uuid[]) AS asked (job_id, call_id)
  JOIN job_calls ON job_calls.job_id = asked.job_id AND job_calls.call_id = asked.call_id
  JOIN imported_calls ON imported_calls.call_id = asked.call_id)sql";

// PostgreSQL keeps no NUL in a text.
std::string Storable(const std::string& text) {
  std::string storable = text;
  std::erase(storable, '\0');
  return storable;
}

common::v1::RecordKind KindOf(const common::v1::CallRecord& record) {
  return record.kind() == common::v1::RECORD_KIND_UNSPECIFIED ? common::v1::RECORD_KIND_CALL
                                                              : record.kind();
}

// The columns of kLink.
struct Columns {
  std::vector<std::string> ids;
  std::vector<std::string> relations;
  std::vector<std::string> titles;
  std::vector<int64_t> sizes;
  std::vector<int64_t> starts;
  std::vector<int64_t> kinds;
  std::string bytes;

  void Add(const MetCall& call) {
    const int64_t start = static_cast<int64_t>(bytes.size());
    const bool keep = call.relation != Relation::kDuplicate;
    if (keep) call.record->AppendToString(&bytes);
    ids.push_back(call.call_id);
    relations.push_back(NameOf(call.relation));
    titles.push_back(Storable(call.record->title()));
    sizes.push_back(keep ? static_cast<int64_t>(bytes.size()) - start : -1);
    starts.push_back(start + 1);
    kinds.push_back(KindOf(*call.record));
  }
};

JobCall CallFrom(const pqxx::row& row) {
  return {.call_id = row["call_id"].as<std::string>(),
          .source_call_id = row["source_call_id"].as<std::string>(),
          .title = row["title"].as<std::string>(),
          .state = CallStateOf(row["state"].as<std::string>()),
          .relation = RelationOf(row["relation"].as<std::string>()),
          .engagement_id = row["engagement_id"].as<std::string>(""),
          .error_reason = row["error_reason"].as<std::string>(""),
          .error_message = row["error_message"].as<std::string>(""),
          .failures = row["failures"].as<int>(),
          .failed_at = postgres::NullableTime(row["failed_at"]),
          .available_at = postgres::NullableTime(row["available_at"]),
          .owned = row["owned"].as<bool>()};
}

CallPage PageFrom(const pqxx::result& rows) {
  CallPage page;
  page.calls.reserve(rows.size());
  for (const pqxx::row& row : rows) page.calls.push_back(CallFrom(row));
  return page;
}

// How many calls a page looks at to find those of some states: a few milliseconds' worth.
constexpr int kLookedAtOnce = 5'000;

// Of all that match, or of those that were looked at.
CallPage SelectCalls(pqxx::work& tx, const CallList& list, int limit) {
  const auto after = postgres::NullWhenEmpty(list.after_call_id);
  if (list.states == std::vector{common::v1::CALL_STATE_FAILED}) {
    return PageFrom(tx.exec_params(kListFailed, list.job_id, after, limit));
  }
  std::vector<std::string> states;
  states.reserve(list.states.size());
  for (const CallState state : list.states) states.push_back(NameOf(state));
  const int looked_at = states.empty() ? limit : std::max(limit, kLookedAtOnce);
  CallPage page = PageFrom(
      tx.exec_params(kList, list.job_id, after, postgres::ToArray(states), limit, looked_at));
  if (static_cast<int>(page.calls.size()) == limit) return page;
  const pqxx::result last = tx.exec_params(kLastLookedAt, list.job_id, after, looked_at);
  if (!last.empty()) page.next = last[0][0].as<std::string>();
  return page;
}

}  // namespace

Met LinkCalls(pqxx::work& tx, const std::string& job_id, const std::vector<MetCall>& calls) {
  Columns columns;
  for (const MetCall& call : calls) columns.Add(call);
  Met met;
  for (const pqxx::row& row :
       tx.exec_params(kLink, job_id, postgres::ToArray(columns.ids),
                      postgres::ToArray(columns.relations), postgres::ToArray(columns.titles),
                      postgres::ToArray(columns.sizes), pqxx::binarystring(columns.bytes),
                      postgres::ToArray(columns.starts), postgres::ToArray(columns.kinds))) {
    const bool inserted = row["inserted"].as<bool>();
    const bool duplicate = RelationOf(row["relation"].as<std::string>()) == Relation::kDuplicate;
    met.listed += int{inserted};
    met.duplicates += inserted ? int{duplicate} : -1;
  }
  return met;
}

void ReplaceRecords(pqxx::work& tx, const std::string& job_id, const std::vector<MetCall>& calls) {
  if (calls.empty()) return;
  Columns columns;
  for (const MetCall& call : calls) columns.Add(call);
  tx.exec_params(kReplace, job_id, postgres::ToArray(columns.ids),
                 postgres::ToArray(columns.titles), pqxx::binarystring(columns.bytes),
                 postgres::ToArray(columns.sizes), postgres::ToArray(columns.starts),
                 postgres::ToArray(columns.kinds));
}

std::vector<KeptRecord> ListRecords(pqxx::work& tx, const RecordList& list) {
  const bool first = list.after.job_id.empty();
  const pqxx::result rows = tx.exec_params(
      kListRecords, list.workspace_id, list.platform, first ? kFirstUuid : list.after.job_id,
      first ? kFirstUuid : list.after.call_id, list.limit, kFirstUuid);
  std::vector<KeptRecord> records;
  records.reserve(rows.size());
  for (const pqxx::row& row : rows) {
    KeptRecord& kept = records.emplace_back();
    kept.place = {row["job_id"].as<std::string>(), row["call_id"].as<std::string>()};
    kept.bytes = postgres::FromBytea(row["record"]);
    kept.record.ParseFromString(kept.bytes);
  }
  return records;
}

std::vector<JobCallId> CorrectRecords(pqxx::work& tx,
                                      const std::vector<CorrectedRecord>& corrections) {
  std::vector<std::string> jobs, calls, before, records, titles;
  for (auto* column : {&jobs, &calls, &before, &records, &titles}) {
    column->reserve(corrections.size());
  }
  for (const CorrectedRecord& correction : corrections) {
    jobs.push_back(correction.place.job_id);
    calls.push_back(correction.place.call_id);
    before.push_back(correction.before);
    records.push_back(correction.record.SerializeAsString());
    titles.push_back(Storable(correction.record.title()));
  }
  std::vector<JobCallId> changed;
  changed.reserve(corrections.size());
  for (const pqxx::row& row :
       tx.exec_params(kCorrect, postgres::ToArray(jobs), postgres::ToArray(calls),
                      postgres::ToByteaArray(before), postgres::ToByteaArray(records),
                      postgres::ToArray(titles))) {
    changed.push_back({row["job_id"].as<std::string>(), row["call_id"].as<std::string>()});
  }
  return changed;
}

int64_t CountLinked(pqxx::work& tx, const std::string& job_id,
                    const std::vector<std::string>& call_ids) {
  return tx.exec_params1(kCountLinked, job_id, postgres::ToArray(call_ids))[0].as<int64_t>();
}

std::vector<common::v1::KindProgress> CountKinds(pqxx::work& tx, const std::string& job_id) {
  std::vector<common::v1::KindProgress> kinds;
  for (const pqxx::row& row : tx.exec_params(kCountKinds, job_id)) {
    common::v1::KindProgress& kind = kinds.emplace_back();
    kind.set_kind(static_cast<common::v1::RecordKind>(row["record_kind"].as<int>()));
    kind.set_total(row["total"].as<int64_t>());
    kind.set_processed(row["processed"].as<int64_t>());
  }
  return kinds;
}

CallPage ListCalls(pqxx::work& tx, const CallList& list) {
  CallPage page = SelectCalls(tx, list, list.limit + 1);
  if (static_cast<int>(page.calls.size()) > list.limit) {
    page.calls.pop_back();
    page.next = page.calls.back().call_id;
  }
  return page;
}

std::vector<CallTitle> FindTitles(pqxx::work& tx, const std::vector<std::string>& job_ids,
                                  const std::vector<std::string>& call_ids) {
  std::vector<CallTitle> titles;
  for (const pqxx::row& row :
       tx.exec_params(kFindTitles, postgres::ToArray(job_ids), postgres::ToArray(call_ids))) {
    titles.push_back(
        {.job_id = row["job_id"].as<std::string>(), .title = row["title"].as<std::string>()});
  }
  return titles;
}

}  // namespace callimport::job_scheduler
