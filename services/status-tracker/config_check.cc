#include "services/status-tracker/config_check.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/config_check.h"
#include "libs/rpc/config_check.h"

namespace callimport::status_tracker {

absl::Status CheckConfig(const Config& config) {
  RETURN_IF_ERROR(rpc::CheckServer(config.server(), "callimport.status_tracker.v1"));
  RETURN_IF_ERROR(postgres::CheckConfig(config.database()));
  return rpc::CheckPeer(config.job_scheduler(), "job_scheduler");
}

}  // namespace callimport::status_tracker
