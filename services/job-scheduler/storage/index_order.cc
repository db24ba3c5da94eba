#include "services/job-scheduler/storage/index_order.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kByIndex[] =
    "SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = "
    "off";

}  // namespace

void TakeRowsInIndexOrder(pqxx::work& tx) { tx.exec(kByIndex); }

}  // namespace callimport::job_scheduler
