// Who wants to know, within this process, what a transaction has changed. Called after its commit.
#pragma once

#include <vector>

#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

class ChangeListener {
 public:
  virtual ~ChangeListener() = default;

  // A terminal job among them has just become so.
  virtual void JobsChanged(const std::vector<ImportJob>& jobs) = 0;

  // Calls may be due that were not.
  virtual void CallsQueued() = 0;

  // A job wants its calls listed.
  virtual void JobToPlan() = 0;
};

}  // namespace callimport::job_scheduler
