#include "services/media-pipeline/storage/deletion_store.h"

#include "libs/postgres/transact.h"

namespace callimport::media_pipeline {

absl::StatusOr<DeletedRows> DeletionStore::Delete(const std::vector<DeletedCall>& calls) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return DeleteCalls(tx, calls); });
}

}  // namespace callimport::media_pipeline
