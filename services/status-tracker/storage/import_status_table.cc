#include "services/status-tracker/storage/import_status_table.h"

#include <stdexcept>

#include "libs/postgres/values.h"

namespace callimport::status_tracker {
namespace {

using postgres::ToArray;
using postgres::ToByteaArray;

// In the order of job ids, so that two replicas never wait for each other in a circle.
constexpr char kUpsertStatuses[] = R"sql(
  INSERT INTO import_status (job_id, workspace_id, revision, active, calls_per_second, status)
  SELECT job_id, workspace_id, revision, active, calls_per_second, status
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::double precision[],
              $6::bytea[])
    AS newer (job_id, workspace_id, revision, active, calls_per_second, status)
  ORDER BY job_id
  ON CONFLICT (job_id) DO UPDATE
  SET revision = excluded.revision, active = excluded.active,
      calls_per_second = excluded.calls_per_second, status = excluded.status, updated_at = now()
  WHERE import_status.revision < excluded.revision)sql";

constexpr char kFindStatus[] = R"sql(
  SELECT revision, calls_per_second, status FROM import_status
  WHERE job_id = $1 AND workspace_id = $2)sql";

constexpr char kActiveJobsBefore[] = R"sql(
  SELECT job_id FROM import_status WHERE active AND revision < $1 ORDER BY job_id)sql";

constexpr char kDeleteStatuses[] = R"sql(
  DELETE FROM import_status WHERE job_id = any($1::text[]))sql";

constexpr char kDeleteEndedStatuses[] = R"sql(
  DELETE FROM import_status
  WHERE NOT active AND updated_at < now() - $1 * interval '1 second')sql";

template <typename Get>
std::string Column(const std::vector<ImportStatus>& statuses, Get get) {
  std::vector<std::string> values;
  values.reserve(statuses.size());
  for (const ImportStatus& status : statuses) values.push_back(get(status));
  return ToArray(values);
}

std::string StatusColumn(const std::vector<ImportStatus>& statuses) {
  std::vector<std::string> bodies;
  bodies.reserve(statuses.size());
  for (const ImportStatus& status : statuses) bodies.push_back(status.job.SerializeAsString());
  return ToByteaArray(bodies);
}

}  // namespace

void UpsertStatuses(pqxx::transaction_base& tx, const std::vector<ImportStatus>& statuses) {
  if (statuses.empty()) return;
  tx.exec_params(
      kUpsertStatuses, Column(statuses, [](const ImportStatus& s) { return s.job.job_id(); }),
      Column(statuses, [](const ImportStatus& s) { return s.job.workspace_id(); }),
      Column(statuses, [](const ImportStatus& s) { return std::to_string(s.revision); }),
      Column(statuses,
             [](const ImportStatus& s) {
               return std::string(IsTerminal(s.job.state()) ? "false" : "true");
             }),
      Column(statuses, [](const ImportStatus& s) { return std::to_string(s.calls_per_second); }),
      StatusColumn(statuses));
}

std::optional<ImportStatus> FindStatus(pqxx::transaction_base& tx, const std::string& workspace_id,
                                       const std::string& job_id) {
  const pqxx::result found = tx.exec_params(kFindStatus, job_id, workspace_id);
  if (found.empty()) return std::nullopt;
  ImportStatus status;
  status.revision = found[0]["revision"].as<int64_t>();
  status.calls_per_second = found[0]["calls_per_second"].as<double>();
  if (!status.job.ParseFromString(postgres::FromBytea(found[0]["status"]))) {
    throw std::runtime_error("import_status holds an unreadable status of job " + job_id);
  }
  return status;
}

std::vector<std::string> ActiveJobsBefore(pqxx::transaction_base& tx, int64_t revision) {
  std::vector<std::string> job_ids;
  for (const pqxx::row& row : tx.exec_params(kActiveJobsBefore, revision)) {
    job_ids.push_back(row["job_id"].as<std::string>());
  }
  return job_ids;
}

void DeleteStatuses(pqxx::transaction_base& tx, const std::vector<std::string>& job_ids) {
  if (!job_ids.empty()) tx.exec_params(kDeleteStatuses, ToArray(job_ids));
}

void DeleteEndedStatuses(pqxx::transaction_base& tx, std::chrono::seconds age) {
  tx.exec_params(kDeleteEndedStatuses, static_cast<int64_t>(age.count()));
}

}  // namespace callimport::status_tracker
