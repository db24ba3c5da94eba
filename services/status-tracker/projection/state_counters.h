// How many jobs were seen in each state.
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "callimport/common/v1/progress.pb.h"
#include "libs/telemetry/metrics.h"

namespace callimport::status_tracker {

class StateCounters {
 public:
  StateCounters();

  // Counts a job once for each state it is seen to enter. False: it is where it was.
  bool See(const common::v1::JobStatus& job);
  void Forget(const std::string& job_id) { states_.erase(job_id); }

 private:
  std::map<int, metrics::Counter> entered_;
  // Of jobs that have not ended.
  std::unordered_map<std::string, common::v1::JobState> states_;
};

}  // namespace callimport::status_tracker
