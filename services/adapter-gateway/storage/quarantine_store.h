// What is remembered of records that could not be read. Every method is one transaction.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/adapter-gateway/storage/quarantine_table.h"

namespace callimport::adapter_gateway {

// Who looks at somebody's data.
struct RecordReader {
  std::string name = {};
  std::string correlation_id = {};
};

class QuarantineStore {
 public:
  explicit QuarantineStore(postgres::Pool& pool) : pool_(pool) {}

  // See InsertUnreadable.
  absl::StatusOr<std::map<std::string, std::string>> Keep(
      const RecordSource& source, const std::vector<UnreadableRecord>& records, int64_t most);

  absl::StatusOr<std::vector<UnreadableRecord>> List(const QuarantineList& list);
  absl::StatusOr<std::vector<UnreadableRecord>> Read(const RecordSource& source,
                                                     const std::string& after, int limit);
  // Audited. NOT_FOUND (RECORD_NOT_FOUND).
  absl::StatusOr<UnreadableRecord> Show(const std::string& workspace_id,
                                        const std::string& record_id, const RecordReader& reader);

  absl::StatusOr<int64_t> Release(const std::string& workspace_id,
                                  const std::vector<std::string>& record_ids);
  absl::StatusOr<int64_t> Forget(std::chrono::hours age);
  absl::StatusOr<std::vector<RecordSource>> Sources();
  absl::StatusOr<int64_t> ForgetSource(const RecordSource& source);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::adapter_gateway
