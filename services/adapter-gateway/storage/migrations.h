// The schema of this service, made from migrations/*.sql.
#pragma once

#include <vector>

#include "libs/postgres/migrator.h"

namespace callimport::adapter_gateway {

const std::vector<postgres::Migration>& Migrations();

}  // namespace callimport::adapter_gateway
