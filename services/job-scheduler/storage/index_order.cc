#include "services/job-scheduler/storage/index_order.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kNoSorting[] = "SET LOCAL enable_sort = off";

}  // namespace

void TakeRowsInIndexOrder(pqxx::work& tx) { tx.exec(kNoSorting); }

}  // namespace callimport::job_scheduler
