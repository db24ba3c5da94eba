// From what a source listed to rows: new calls, duplicates, and what earlier jobs left over; and
// records of other kinds, which are kept and counted but need no work.
#pragma once

#include <pqxx/pqxx>
#include <vector>

#include "services/job-scheduler/storage/imported_calls_table.h"
#include "services/job-scheduler/storage/plan_store.h"

namespace callimport::job_scheduler {

// Made once and stored perhaps several times, as a transaction may be tried again.
class Listing {
 public:
  // `listed` must outlive this.
  explicit Listing(const ListedCalls& listed);

  // Joins the caller's transaction, in which the job is locked. The job is not saved. Returns how
  // many calls the job is to import because of it.
  int64_t Store(pqxx::work& tx, ImportJob& job, Timestamp now) const;

 private:
  const ListedCalls& listed_;
  // In the order they were listed, each source id once.
  std::vector<NewCall> calls_;
  std::vector<common::v1::CallRecord> bare_records_;
  std::vector<const common::v1::CallRecord*> records_;
  // No calls; each source id once a kind.
  std::vector<const common::v1::CallRecord*> others_;
};

}  // namespace callimport::job_scheduler
