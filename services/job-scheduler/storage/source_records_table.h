// The SQL of source_records and job_records: what a source has besides calls. Every function joins
// the caller's transaction.
#pragma once

#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "callimport/common/v1/call.pb.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// Keeps those that are not known yet, and links all to the job. Says how many the job met for the
// first time, by kind. Each source id once a kind.
std::map<common::v1::RecordKind, int64_t> StoreRecords(
    pqxx::work& tx, const ImportJob& job,
    const std::vector<const common::v1::CallRecord*>& records);

// Of which this job was the first, and which no other met since.
int64_t CountRecords(pqxx::work& tx, const std::string& job_id);

// Deletes those, and every link of the job.
int64_t DeleteRecords(pqxx::work& tx, const std::string& job_id);

}  // namespace callimport::job_scheduler
