// The SQL of import_warnings. Every function joins the caller's transaction, in which the job is
// locked.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

struct ImportWarning {
  // Of the source; may be empty.
  std::string source_call_id;
  // Stable, such as UNREADABLE_RECORD.
  std::string reason;
  // For people; redacted.
  std::string message;
  // Instead of source_call_id, when it is told.
  std::string call_id = {};
  // As stored.
  std::string warning_id = {};
  Timestamp created_at = {};
};

// Of one job so many are kept; those beyond are counted.
inline constexpr int64_t kKeptWarnings = 10'000;

// Keeps what is new, and adds it to the job's numbers.
void AddWarnings(pqxx::work& tx, ImportJob& job, const std::vector<ImportWarning>& warnings,
                 Timestamp now);

struct WarningList {
  std::string job_id;
  // Only older ones; all when empty.
  std::string before_warning_id = {};
  int limit = 0;
};
// Newest first.
std::vector<ImportWarning> ListWarnings(pqxx::work& tx, const WarningList& list);

}  // namespace callimport::job_scheduler
