// The SQL of what sharing out the queue goes by: jobs that have calls in it, virtual times, counts
// of starts, waits for quota. Every function joins the caller's transaction.
#pragma once

#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/job-scheduler/domain/queue_contest.h"

namespace callimport::job_scheduler {

// One transaction at a time shares the queue out; the others wait here, and are no slower for it
// than the database is. A holder that is stopped in between is cut off after 5 s.
void LockQueue(pqxx::work& tx);

// What one call of the job takes of the vendor's quota, in requests.
void SaveCallCost(pqxx::work& tx, const std::string& job_id, double requests);

// Jobs with calls that are due, or leased, in the order of their ids: by walking the index from job
// to job, however many calls they have.
std::vector<QueuedJob> FindQueuedJobs(pqxx::work& tx, Timestamp now);

std::map<CredentialKey, StartCount> FindStarts(pqxx::work& tx,
                                               const std::vector<CredentialKey>& keys);
void SaveStarts(pqxx::work& tx, const std::map<CredentialKey, StartCount>& starts);
// Calls of these jobs were handed back untried: their nights get them back.
void GiveStartsBack(pqxx::work& tx, const std::map<std::string, int>& calls_of_job);

// Those that are over only for a while, too.
std::map<CredentialKey, std::vector<Parking>> FindParkings(pqxx::work& tx, Timestamp over_after);
// Where one waits already, the longer wait counts.
void Park(pqxx::work& tx, const std::map<CredentialKey, std::vector<Parking>>& parkings);

VirtualTimes FindTimes(pqxx::work& tx, const std::vector<std::string>& names);
void SaveTimes(pqxx::work& tx, const VirtualTimes& times, Timestamp now);

// Forgets whoever had nothing to do since then: their counts are over and their times are behind.
void ForgetIdle(pqxx::work& tx, Timestamp since);

}  // namespace callimport::job_scheduler
