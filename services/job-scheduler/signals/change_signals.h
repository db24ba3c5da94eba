// Wakes those who wait within this process, and counts jobs that end.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "libs/feed/feed_signal.h"
#include "libs/telemetry/metrics.h"
#include "services/job-scheduler/storage/change_listener.h"

namespace callimport::job_scheduler {

class ChangeSignals : public ChangeListener {
 public:
  ChangeSignals();

  void JobsChanged(const std::vector<ImportJob>& jobs) override;
  void CallsQueued() override { calls_due_.Raise(); }
  void JobToPlan() override { jobs_to_plan_.Raise(); }

  feed::FeedSignal& job_events() { return job_events_; }
  feed::FeedSignal& calls_due() { return calls_due_; }
  feed::FeedSignal& jobs_to_plan() { return jobs_to_plan_; }

  // Ends all waiting for good.
  void Close();

 private:
  void CountEnd(const ImportJob& job);

  feed::FeedSignal job_events_;
  feed::FeedSignal calls_due_;
  feed::FeedSignal jobs_to_plan_;
  metrics::Histogram duration_;
  std::mutex mutex_;
  std::map<std::pair<std::string, JobState>, metrics::Counter> ends_;
};

}  // namespace callimport::job_scheduler
