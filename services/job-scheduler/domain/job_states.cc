#include "services/job-scheduler/domain/job_states.h"

#include <stdexcept>
#include <string_view>

namespace callimport::job_scheduler {
namespace {

constexpr std::string_view kPrefix = "JOB_STATE_";

}  // namespace

std::optional<JobState> After(JobState from, JobEvent event) {
  return Find(kJobTransitions, from, event);
}

bool IsCancelled(JobState state) {
  return state == common::v1::JOB_STATE_CANCELLING || state == common::v1::JOB_STATE_CANCELLED;
}

bool IsTerminal(JobState state) { return state >= common::v1::JOB_STATE_CANCELLED; }

bool CanBeRetried(JobState state) { return After(state, JobEvent::kCallsRetried).has_value(); }

bool RaisesEpoch(JobEvent event) {
  switch (event) {
    case JobEvent::kPauseRequested:
    case JobEvent::kResumedToBegin:
    case JobEvent::kResumedToCount:
    case JobEvent::kResumed:
    case JobEvent::kCancelRequested:
      return true;
    default:
      return false;
  }
}

JobEvent ResumeTo(JobState paused_from) {
  for (const JobEvent event :
       {JobEvent::kResumedToBegin, JobEvent::kResumedToCount, JobEvent::kResumed}) {
    if (After(common::v1::JOB_STATE_PAUSED, event) == paused_from) return event;
  }
  throw std::logic_error("nothing is paused in " + NameOf(paused_from));
}

std::string Describe(JobEvent event) {
  switch (event) {
    case JobEvent::kCountingStarted:
      return "counting started";
    case JobEvent::kCounted:
      return "counted";
    case JobEvent::kSourceRefused:
      return "source refused";
    case JobEvent::kAllImported:
      return "all imported";
    case JobEvent::kSomeFailed:
      return "some failed";
    case JobEvent::kAllFailed:
      return "all failed";
    case JobEvent::kPauseRequested:
      return "pause requested";
    case JobEvent::kResumedToBegin:
      return "resumed, not begun yet";
    case JobEvent::kResumedToCount:
      return "resumed while counting";
    case JobEvent::kResumed:
      return "resumed";
    case JobEvent::kCancelRequested:
      return "cancel requested";
    case JobEvent::kCancelFinished:
      return "cancel finished";
    case JobEvent::kCallsRetried:
      return "calls retried";
    case JobEvent::kListingRetried:
      return "listing retried";
    case JobEvent::kCallsInherited:
      return "calls of a cancelled job taken up";
  }
  return "unknown";
}

std::string NameOf(JobState state) { return JobState_Name(state).substr(kPrefix.size()); }

JobState JobStateOf(const std::string& name) {
  JobState state;
  if (JobState_Parse(std::string(kPrefix) + name, &state)) return state;
  throw std::invalid_argument("no such job state: " + name);
}

}  // namespace callimport::job_scheduler
