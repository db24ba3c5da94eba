#include "services/job-scheduler/storage/audit_table.h"

namespace callimport::job_scheduler {
namespace {

// "SUPPORT/dana".
std::string Describe(const common::v1::Actor& actor) {
  constexpr size_t kPrefix = sizeof("KIND_") - 1;
  return common::v1::Actor::Kind_Name(actor.kind()).substr(kPrefix) + "/" + actor.name();
}

}  // namespace

const audit::AuditLog& SchedulerAuditLog() {
  static const audit::AuditLog log(audit::AuditTable{});
  return log;
}

void AppendAudit(pqxx::work& tx, const AuditedAct& act) {
  SchedulerAuditLog().Append(tx, {{.workspace_id = act.workspace_id,
                                   .object_id = act.object_id,
                                   .action = act.action,
                                   .actor = Describe(act.actor),
                                   .correlation_id = act.correlation_id,
                                   .detail = act.detail}});
}

}  // namespace callimport::job_scheduler
