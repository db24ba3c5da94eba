// The SQL of quota_windows. Every function joins the caller's transaction.
#pragma once

#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "services/adapter-gateway/domain/bucket_ledger.h"

namespace callimport::adapter_gateway {

struct BucketStates {
  std::map<std::string, BucketState> buckets = {};
  // By the database's clock.
  Timestamp now{};
};

// Makes the rows of buckets and windows that are not there yet.
void MakeBuckets(pqxx::work& tx, const std::vector<BucketClaim>& claims);

// As they are, with all their windows; buckets that are not there are absent.
BucketStates ReadBuckets(pqxx::work& tx, const std::vector<std::string>& buckets);

// The same, and nobody else changes them before the transaction has ended.
BucketStates LockBuckets(pqxx::work& tx, const std::vector<std::string>& buckets);

void SaveBuckets(pqxx::work& tx, const BucketStates& states);

// Those that nobody has used for so long that nothing of them counts any more.
void ForgetBuckets(pqxx::work& tx, std::chrono::hours unused);

}  // namespace callimport::adapter_gateway
