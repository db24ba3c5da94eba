// From what the domain knows to what travels.
#pragma once

#include "callimport/status_tracker/v1/progress.pb.h"
#include "libs/common/clock.h"
#include "services/status-tracker/domain/import_status.h"

namespace callimport::status_tracker {

v1::ImportStatus ToProto(const ImportStatus& status, Timestamp now);

v1::WatchImportResponse MakeMessage(v1::WatchImportResponse::Kind kind, const ImportStatus& status,
                                    Timestamp now);
v1::WatchImportResponse MakeHeartbeat(const std::string& job_id, int64_t revision);

}  // namespace callimport::status_tracker
