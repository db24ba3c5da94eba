// The SQL of credential_refusals. Every function joins the caller's transaction.
#pragma once

#include <map>
#include <pqxx/pqxx>
#include <set>
#include <vector>

#include "services/job-scheduler/domain/credential_refusal.h"
#include "services/job-scheduler/domain/queue_contest.h"

namespace callimport::job_scheduler {

// Locked until the end of the transaction; those that are not refused are left out.
std::map<CredentialKey, CredentialRefusal> LockRefusals(pqxx::work& tx,
                                                        const std::set<CredentialKey>& keys);
std::optional<CredentialRefusal> FindRefusal(pqxx::work& tx, const CredentialKey& key);

// Kept, and what is left to be asked with the credential waits.
void SaveRefusal(pqxx::work& tx, const CredentialKey& key, const CredentialRefusal& refusal);

// The vendor accepts the credential: nothing waits for that any more.
void ForgetRefusal(pqxx::work& tx, const CredentialKey& key);
// The same for those of which something got through, unless it was on its way already.
void ForgetRefusals(pqxx::work& tx, const std::set<CredentialKey>& accepted, Timestamp now);

}  // namespace callimport::job_scheduler
