// The SQL of what a source has brought. Joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/job-scheduler/domain/source.h"

namespace callimport::job_scheduler {

// What was made with a credential.
struct SourceWork {
  int64_t calls = 0;
  int64_t jobs = 0;
  std::vector<std::string> running_job_ids;
  int64_t unfinished_calls = 0;
};

SourceWork FindSourceWork(pqxx::work& tx, const SourceKey& key);

}  // namespace callimport::job_scheduler
