#include "services/status-tracker/projection/state_counters.h"

#include "services/status-tracker/domain/import_status.h"

namespace callimport::status_tracker {

StateCounters::StateCounters() {
  for (int state = common::v1::JobState_MIN; state <= common::v1::JobState_MAX; ++state) {
    const std::string name = common::v1::JobState_Name(static_cast<common::v1::JobState>(state));
    const std::string label = name.substr(std::string("JOB_STATE_").size());
    entered_.try_emplace(state, "import_job_states_entered_total",
                         "Jobs seen to enter a state, by this replica",
                         metrics::Labels{{"state", label}});
  }
}

bool StateCounters::See(const common::v1::JobStatus& job) {
  const auto [known, added] = states_.try_emplace(job.job_id(), job.state());
  const bool entered = added || known->second != job.state();
  const auto counter = entered_.find(job.state());
  if (entered && counter != entered_.end()) counter->second.Add();
  known->second = job.state();
  if (IsTerminal(job.state())) states_.erase(known);
  return entered;
}

}  // namespace callimport::status_tracker
