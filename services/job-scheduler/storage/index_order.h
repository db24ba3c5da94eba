// Keeps the planner of PostgreSQL on an index that already has the wanted order.
#pragma once

#include <pqxx/pqxx>

namespace callimport::job_scheduler {

// For the rest of the transaction. Queues make statistics lie: the table that was empty when it
// was looked at holds a million rows now. Whoever then sorts them all to take the first hundred
// needs a second for what takes a millisecond. The other way round is no better: what was small
// when it was looked at is read as a whole, rows that are gone included.
void TakeRowsInIndexOrder(pqxx::work& tx);

}  // namespace callimport::job_scheduler
