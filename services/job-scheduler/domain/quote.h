// What somebody was told before an import, and may hold us to.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/domain/pricing.h"

namespace callimport::job_scheduler {

struct Quote {
  std::string quote_id;
  std::string workspace_id;
  std::string credential_id;
  std::string platform;
  Window window;
  std::map<std::string, std::string> attributes;
  int64_t calls = 0;
  common::v1::Exactness exactness = common::v1::EXACTNESS_UNSPECIFIED;
  // Unset: included in the plan.
  std::optional<int32_t> cost_per_call_cents;
  Price price;
  Timestamp finish_earliest;
  Timestamp finish_latest;
  Timestamp expires_at;
  // Of the job that was created under it; empty before.
  std::string job_id;
};

// Whether the job is about the calls that were quoted.
bool IsAbout(const Quote& quote, const ImportJob& job);

}  // namespace callimport::job_scheduler
