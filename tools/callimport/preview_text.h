// What an import would meet, cost and take, and what is used of a plan; for people.
#pragma once

#include <string>

#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "callimport/job_scheduler/v1/workspaces.pb.h"

namespace callimport::cli {

// "12.05" of 1205.
std::string Money(int64_t cents);

// Lines, each with its end.
std::string PreviewText(const job_scheduler::v1::PreviewImportResponse& preview);
std::string UsageText(const job_scheduler::v1::GetUsageResponse& usage);
std::string WorkspaceText(const job_scheduler::v1::GetWorkspaceResponse& found);

}  // namespace callimport::cli
