#pragma once

#include "libs/postgres/prepared.h"

namespace callimport::job_scheduler {

using postgres::ExecPrepared;

}  // namespace callimport::job_scheduler
