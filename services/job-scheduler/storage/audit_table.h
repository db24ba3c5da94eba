// audit_log: acts that somebody answers for. Written in the transaction of the act itself, so
// neither exists without the other.
//
// From the append to the commit nobody else appends, on any replica: append last but for the feed,
// and ask nobody outside the database in between.
#pragma once

#include <pqxx/pqxx>
#include <string>

#include "callimport/common/v1/actor.pb.h"
#include "libs/audit/audit_log.h"

namespace callimport::job_scheduler {

struct AuditedAct {
  std::string workspace_id;
  // Of the job, credential or workspace that was touched.
  std::string object_id;
  // "run_now", "update_workspace", "reset_run": one of few words.
  std::string action;
  common::v1::Actor actor;
  std::string correlation_id;
  // For people; without secrets.
  std::string detail;
};

const audit::AuditLog& SchedulerAuditLog();

void AppendAudit(pqxx::work& tx, const AuditedAct& act);

}  // namespace callimport::job_scheduler
