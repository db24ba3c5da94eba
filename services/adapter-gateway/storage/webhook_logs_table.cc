#include "services/adapter-gateway/storage/webhook_logs_table.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/postgres/values.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kInsert[] = R"(
  INSERT INTO webhook_logs (webhook_id, workspace_id, credential_id, platform, delivery_id,
                            event_type, source_call_id, verdict, note, headers, body, body_sha256,
                            body_bytes, event, revision, received_at, latency_us)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                       $7::text[], $8::smallint[], $9::text[], $10::text[], $11::bytea[],
                       $12::bytea[], $13::integer[], $14::bytea[], $15::bigint[],
                       $16::timestamptz[], $17::bigint[]))";

constexpr char kCountHeld[] = R"(
  SELECT count(*) FROM webhook_logs
  WHERE workspace_id = $1 AND credential_id = $2 AND verdict = 3)";

constexpr char kListHeld[] = R"(
  SELECT webhook_id FROM webhook_logs
  WHERE workspace_id = $1 AND credential_id = $2 AND verdict = 3
  ORDER BY received_at, webhook_id LIMIT $3)";

constexpr char kMark[] = R"(
  UPDATE webhook_logs AS log
  SET verdict = CASE WHEN log.verdict = 3 THEN 1 ELSE log.verdict END,
      revision = $2::bigint + marked.place - 1
  FROM unnest($1::uuid[]) WITH ORDINALITY AS marked (webhook_id, place)
  WHERE log.webhook_id = marked.webhook_id)";

// Accepted, or there already, or held.
constexpr char kListAnnounced[] = R"(
  SELECT DISTINCT source_call_id FROM webhook_logs
  WHERE workspace_id = $1 AND credential_id = $2 AND received_at >= $3
    AND webhook_id >= $4::uuid AND verdict IN (1, 2, 3) AND source_call_id <> ''
  LIMIT $5)";

// As many as fit, but one at least. Those whose log is gone have no event and need no room.
constexpr char kReadEvents[] = R"(
  SELECT webhook_id, event FROM (
    SELECT asked.webhook_id, asked.place, log.event,
           sum(octet_length(log.event)) OVER (ORDER BY asked.place) AS bytes
    FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (webhook_id, place)
    LEFT JOIN webhook_logs AS log USING (webhook_id)) AS sized
  WHERE bytes IS NULL OR bytes <= $2 OR bytes = octet_length(event)
  ORDER BY place)";

// Ids hold the time of arrival, so that the range is one of the index.
constexpr char kSelected[] = R"(
  workspace_id = $1
  AND ($2 = '' OR credential_id = $2)
  AND ($3 = '' OR platform = $3)
  AND ($4::timestamptz IS NULL OR (received_at >= $4 AND webhook_id >= $5::uuid))
  AND ($6::timestamptz IS NULL OR (received_at < $6 AND webhook_id < $7::uuid))
  AND (cardinality($8::text[]) = 0 OR event_type = ANY ($8::text[]))
  AND (cardinality($9::smallint[]) = 0 OR verdict = ANY ($9::smallint[])) )";

constexpr char kReplayable[] = " AND verdict <> 3 AND event <> '' ";

constexpr char kIsHeld[] =
    "(workspace_id, credential_id) IN (SELECT workspace_id, credential_id FROM webhook_holds)";

constexpr char kForget[] = R"(
  DELETE FROM webhook_logs WHERE webhook_id = ANY (ARRAY(
    SELECT webhook_id FROM webhook_logs WHERE webhook_id < $1::uuid AND verdict <> 3
    ORDER BY webhook_id LIMIT $2)))";

// The least id of a millisecond.
std::string LeastIdAt(Timestamp time) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  std::string hex;
  for (int nibble = 11; nibble >= 0; --nibble) hex += kDigits[(ms >> (4 * nibble)) & 0xF];
  return hex.substr(0, 8) + "-" + hex.substr(8) + "-0000-0000-000000000000";
}

// Clocks of replicas differ a little, and so may an id and its received_at.
std::optional<std::string> LeastId(const std::optional<Timestamp>& time, int minutes) {
  if (!time) return std::nullopt;
  return LeastIdAt(*time + std::chrono::minutes(minutes));
}

template <typename... More>
pqxx::result Select(pqxx::work& tx, const std::string& sql, const WebhookSelection& selection,
                    const More&... more) {
  std::vector<int64_t> verdicts;
  for (const WebhookVerdict verdict : selection.verdicts) {
    verdicts.push_back(static_cast<int64_t>(verdict));
  }
  return tx.exec_params(sql, selection.source.workspace_id, selection.source.credential_id,
                        selection.source.platform, postgres::ToSql(selection.start),
                        LeastId(selection.start, -1), postgres::ToSql(selection.end),
                        LeastId(selection.end, 1), postgres::ToArray(selection.event_types),
                        postgres::ToArray(verdicts), more...);
}

std::vector<std::string> Ids(const pqxx::result& rows) {
  std::vector<std::string> ids;
  for (const pqxx::row& row : rows) ids.push_back(row[0].as<std::string>());
  return ids;
}

std::optional<std::string> OrNull(const std::string& id) {
  return id.empty() ? std::nullopt : std::optional(id);
}

WebhookReceipt ToReceipt(const pqxx::row& row) {
  return {.webhook_id = row["webhook_id"].as<std::string>(),
          .source = {.workspace_id = row["workspace_id"].as<std::string>(),
                     .credential_id = row["credential_id"].as<std::string>(),
                     .platform = row["platform"].as<std::string>()},
          .delivery_id = row["delivery_id"].as<std::string>(),
          .event_type = row["event_type"].as<std::string>(),
          .source_call_id = row["source_call_id"].as<std::string>(),
          .verdict = static_cast<WebhookVerdict>(row["verdict"].as<int>()),
          .note = row["note"].as<std::string>(),
          .body_sha256 = postgres::FromBytea(row["body_sha256"]),
          .body_bytes = row["body_bytes"].as<int64_t>(),
          .received_at = postgres::TimeFromSql(row["received_at"]),
          .latency = std::chrono::microseconds(row["latency_us"].as<int64_t>()),
          .revision = row["revision"].as<int64_t>()};
}

// The columns of many rows.
struct Columns {
  void Add(const IncomingWebhook& webhook) {
    const WebhookReceipt& receipt = webhook.receipt;
    ids.push_back(receipt.webhook_id);
    workspaces.push_back(receipt.source.workspace_id);
    credentials.push_back(receipt.source.credential_id);
    platforms.push_back(receipt.source.platform);
    deliveries.push_back(receipt.delivery_id);
    types.push_back(receipt.event_type);
    calls.push_back(receipt.source_call_id);
    verdicts.push_back(static_cast<int64_t>(receipt.verdict));
    notes.push_back(receipt.note);
    headers.push_back(webhook.headers);
    bodies.push_back(webhook.body);
    digests.push_back(receipt.body_sha256);
    sizes.push_back(receipt.body_bytes);
    events.push_back(webhook.event);
    revisions.push_back(receipt.revision);
    times.push_back(postgres::ToSql(receipt.received_at));
    latencies.push_back(receipt.latency.count());
  }

  std::vector<std::string> ids, workspaces, credentials, platforms, deliveries, types, calls, notes,
      headers, bodies, digests, events, times;
  std::vector<int64_t> verdicts, sizes, revisions, latencies;
};

}  // namespace

void InsertWebhooks(pqxx::work& tx, const std::vector<IncomingWebhook>& webhooks) {
  using postgres::ToArray;
  using postgres::ToByteaArray;
  Columns rows;
  for (const IncomingWebhook& webhook : webhooks) rows.Add(webhook);
  // It comes many times a second; parsing it would cost as much as running it.
  tx.conn().prepare("insert_webhooks", kInsert);
  tx.exec_prepared("insert_webhooks", ToArray(rows.ids), ToArray(rows.workspaces),
                   ToArray(rows.credentials), ToArray(rows.platforms), ToArray(rows.deliveries),
                   ToArray(rows.types), ToArray(rows.calls), ToArray(rows.verdicts),
                   ToArray(rows.notes), ToArray(rows.headers), ToByteaArray(rows.bodies),
                   ToByteaArray(rows.digests), ToArray(rows.sizes), ToByteaArray(rows.events),
                   ToArray(rows.revisions), ToArray(rows.times), ToArray(rows.latencies));
}

int64_t CountHeld(pqxx::work& tx, const HeldAccount& account) {
  return tx.exec_params1(kCountHeld, account.first, account.second)[0].as<int64_t>();
}

std::vector<std::string> ListHeld(pqxx::work& tx, const HeldAccount& account, int limit) {
  return Ids(tx.exec_params(kListHeld, account.first, account.second, limit));
}

void MarkAnnounced(pqxx::work& tx, const std::vector<std::string>& webhook_ids,
                   int64_t first_revision) {
  tx.exec_params(kMark, postgres::ToArray(webhook_ids), first_revision);
}

std::vector<std::string> ReadEvents(pqxx::work& tx, const std::vector<std::string>& webhook_ids,
                                    int64_t max_bytes) {
  std::vector<std::string> events;
  for (const pqxx::row& row :
       tx.exec_params(kReadEvents, postgres::ToArray(webhook_ids), max_bytes)) {
    events.push_back(row["event"].is_null() ? "" : postgres::FromBytea(row["event"]));
  }
  return events;
}

ReplayPlan PlanReplay(pqxx::work& tx, const WebhookSelection& selection) {
  const std::string sql = absl::StrCat(
      "SELECT count(*) AS deliveries, count(*) FILTER (WHERE ", kIsHeld,
      ") AS held, max(webhook_id::text COLLATE \"C\") AS last_id,"
      " (SELECT coalesce(max(revision), 0) FROM webhook_feed) AS newest FROM webhook_logs WHERE",
      kSelected, kReplayable);
  const pqxx::result rows = Select(tx, sql, selection);
  const pqxx::row row = rows[0];
  return {.deliveries = row["deliveries"].as<int64_t>(),
          .is_held = row["held"].as<int64_t>() > 0,
          .last_id = row["last_id"].as<std::string>(""),
          .newest_revision = row["newest"].as<int64_t>()};
}

ReplayChunk ListReplayable(pqxx::work& tx, const WebhookSelection& selection,
                           const ReplayPlan& plan, const std::string& after, int limit) {
  const std::string sql = absl::StrCat(
      "SELECT webhook_id, ", kIsHeld, " AS held FROM webhook_logs WHERE", kSelected, kReplayable,
      "AND ($10::uuid IS NULL OR webhook_id > $10::uuid) AND webhook_id <= $11::uuid"
      " AND revision <= $12 ORDER BY webhook_id LIMIT $13");
  ReplayChunk chunk;
  if (plan.last_id.empty()) return chunk;
  for (const pqxx::row& row :
       Select(tx, sql, selection, OrNull(after), plan.last_id, plan.newest_revision, limit)) {
    chunk.webhook_ids.push_back(row["webhook_id"].as<std::string>());
    chunk.is_held |= row["held"].as<bool>();
  }
  return chunk;
}

std::vector<WebhookReceipt> ListReceipts(pqxx::work& tx, const WebhookSelection& selection,
                                         const std::string& before, int limit) {
  const std::string sql = absl::StrCat(
      "SELECT webhook_id, workspace_id, credential_id, platform, delivery_id, event_type,"
      " source_call_id, verdict, note, body_sha256, body_bytes, received_at, latency_us,"
      " revision FROM webhook_logs WHERE",
      kSelected,
      "AND ($10::uuid IS NULL OR webhook_id < $10::uuid) ORDER BY webhook_id DESC LIMIT $11");
  std::vector<WebhookReceipt> receipts;
  for (const pqxx::row& row : Select(tx, sql, selection, OrNull(before), limit)) {
    receipts.push_back(ToReceipt(row));
  }
  return receipts;
}

std::set<std::string> ListAnnouncedCalls(pqxx::work& tx, const HeldAccount& account,
                                         Timestamp since, int limit) {
  std::set<std::string> calls;
  for (const pqxx::row& row : tx.exec_params(kListAnnounced, account.first, account.second,
                                             postgres::ToSql(since), LeastId(since, -1), limit)) {
    calls.insert(row[0].as<std::string>());
  }
  return calls;
}

int64_t ForgetWebhooks(pqxx::work& tx, Timestamp before, int limit) {
  return static_cast<int64_t>(tx.exec_params(kForget, LeastIdAt(before), limit).affected_rows());
}

}  // namespace callimport::adapter_gateway
