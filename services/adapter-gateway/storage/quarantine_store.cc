#include "services/adapter-gateway/storage/quarantine_store.h"

#include "libs/audit/audit_log.h"
#include "libs/common/errors.h"
#include "libs/postgres/transact.h"

namespace callimport::adapter_gateway {

using postgres::Transact;
using Records = std::vector<UnreadableRecord>;

absl::StatusOr<std::map<std::string, std::string>> QuarantineStore::Keep(const RecordSource& source,
                                                                         const Records& records,
                                                                         int64_t most) {
  return Transact(pool_,
                  [&](pqxx::work& tx) { return InsertUnreadable(tx, source, records, most); });
}

absl::StatusOr<Records> QuarantineStore::List(const QuarantineList& list) {
  return Transact(pool_, [&](pqxx::work& tx) { return ListUnreadable(tx, list); });
}

absl::StatusOr<Records> QuarantineStore::Read(const RecordSource& source, const std::string& after,
                                              int limit) {
  return Transact(pool_, [&](pqxx::work& tx) { return ReadUnreadable(tx, source, after, limit); });
}

absl::StatusOr<UnreadableRecord> QuarantineStore::Show(const std::string& workspace_id,
                                                       const std::string& record_id,
                                                       const RecordReader& reader) {
  return Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<UnreadableRecord> {
    auto record = FindUnreadable(tx, workspace_id, record_id);
    if (!record) {
      return Error(absl::StatusCode::kNotFound, "RECORD_NOT_FOUND", "no such record is kept");
    }
    audit::AuditLog(audit::AuditTable{})
        .Append(tx, {{.workspace_id = workspace_id,
                      .object_id = record_id,
                      .action = "show_raw_record",
                      .actor = reader.name,
                      .correlation_id = reader.correlation_id,
                      .detail = record->source.platform}});
    return *std::move(record);
  });
}

absl::StatusOr<int64_t> QuarantineStore::Release(const std::string& workspace_id,
                                                 const std::vector<std::string>& record_ids) {
  return Transact(pool_,
                  [&](pqxx::work& tx) { return DeleteUnreadable(tx, workspace_id, record_ids); });
}

absl::StatusOr<int64_t> QuarantineStore::Forget(std::chrono::hours age) {
  return Transact(pool_, [&](pqxx::work& tx) { return ForgetUnreadable(tx, age); });
}

absl::StatusOr<std::vector<RecordSource>> QuarantineStore::Sources() {
  return Transact(pool_, [](pqxx::work& tx) { return ListSources(tx); });
}

absl::StatusOr<int64_t> QuarantineStore::ForgetSource(const RecordSource& source) {
  return Transact(pool_, [&](pqxx::work& tx) { return DeleteUnreadableOf(tx, source); });
}

}  // namespace callimport::adapter_gateway
