// What became of calls that were deleted. Every method is one transaction.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/media-pipeline/storage/deletions_table.h"

namespace callimport::media_pipeline {

class DeletionStore {
 public:
  explicit DeletionStore(postgres::Pool& pool) : pool_(pool) {}

  // Returns what there was; deleting the same calls again finds nothing.
  absl::StatusOr<DeletedRows> Delete(const std::vector<DeletedCall>& calls);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::media_pipeline
