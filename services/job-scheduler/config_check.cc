#include "services/job-scheduler/config_check.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/config_check.h"
#include "libs/rpc/config_check.h"
#include "services/job-scheduler/settings.h"

namespace callimport::job_scheduler {

absl::Status CheckConfig(const Config& config) {
  RETURN_IF_ERROR(rpc::CheckServer(config.server(), "callimport.job_scheduler.v1"));
  RETURN_IF_ERROR(postgres::CheckConfig(config.database()));
  RETURN_IF_ERROR(rpc::CheckPeer(config.adapter_gateway(), "adapter_gateway"));
  RETURN_IF_ERROR(rpc::CheckPeer(config.credential_manager(), "credential_manager"));
  return SettingsFrom(config).status();
}

}  // namespace callimport::job_scheduler
