// The schema of this service, made from migrations/*.sql.
#pragma once

#include <vector>

#include "libs/postgres/migrator.h"

namespace callimport::job_scheduler {

const std::vector<postgres::Migration>& Migrations();

}  // namespace callimport::job_scheduler
