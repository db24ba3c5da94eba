// Moves of a whole workspace, for people.
#pragma once

#include <string>

#include "callimport/job_scheduler/v1/mass_imports.pb.h"

namespace callimport::cli {

// Each step with its time, then what was imported of each kind of record.
std::string MassImportText(const job_scheduler::v1::MassImport& import);

// What a reset would delete, or has deleted.
std::string ResetText(const job_scheduler::v1::ResetRunResponse& reset);

}  // namespace callimport::cli
