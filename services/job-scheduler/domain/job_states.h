// Where an import job can stand, and what moves it on.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "callimport/common/v1/progress.pb.h"
#include "services/job-scheduler/domain/transition_table.h"

namespace callimport::job_scheduler {

using common::v1::JobState;

enum class JobEvent {
  kCountingStarted,
  // What there is to import is known, and its listing begins.
  kCounted,
  // The source refuses the credential, or could not be listed for too long, and nothing is left to
  // be worked on.
  kSourceRefused,
  // Listing is done, and every call has ended: all well, some failed, none imported.
  kAllImported,
  kSomeFailed,
  kAllFailed,
  kPauseRequested,
  // Goes on where it was paused, which is one of three places.
  kResumedToBegin,
  kResumedToCount,
  kResumed,
  kCancelRequested,
  // No call is leased any more.
  kCancelFinished,
  // Failed calls are queued again after the job had ended.
  kCallsRetried,
  // Listing is taken up again where it ended early.
  kListingRetried,
  // Calls that it met as duplicates are its own now: the job that had them was cancelled.
  kCallsInherited,
};

inline constexpr std::array kJobEvents = {
    JobEvent::kCountingStarted, JobEvent::kCounted,         JobEvent::kSourceRefused,
    JobEvent::kAllImported,     JobEvent::kSomeFailed,      JobEvent::kAllFailed,
    JobEvent::kPauseRequested,  JobEvent::kResumedToBegin,  JobEvent::kResumedToCount,
    JobEvent::kResumed,         JobEvent::kCancelRequested, JobEvent::kCancelFinished,
    JobEvent::kCallsRetried,    JobEvent::kListingRetried,  JobEvent::kCallsInherited,
};

inline constexpr auto kJobTransitions = std::to_array<Transition<JobState, JobEvent>>({
    {common::v1::JOB_STATE_PENDING, JobEvent::kCountingStarted, common::v1::JOB_STATE_COUNTING},
    {common::v1::JOB_STATE_PENDING, JobEvent::kSourceRefused, common::v1::JOB_STATE_FAILED},
    {common::v1::JOB_STATE_PENDING, JobEvent::kPauseRequested, common::v1::JOB_STATE_PAUSED},
    {common::v1::JOB_STATE_PENDING, JobEvent::kCancelRequested, common::v1::JOB_STATE_CANCELLING},
    {common::v1::JOB_STATE_COUNTING, JobEvent::kCounted, common::v1::JOB_STATE_IN_PROGRESS},
    {common::v1::JOB_STATE_COUNTING, JobEvent::kSourceRefused, common::v1::JOB_STATE_FAILED},
    {common::v1::JOB_STATE_COUNTING, JobEvent::kPauseRequested, common::v1::JOB_STATE_PAUSED},
    {common::v1::JOB_STATE_COUNTING, JobEvent::kCancelRequested, common::v1::JOB_STATE_CANCELLING},
    {common::v1::JOB_STATE_IN_PROGRESS, JobEvent::kSourceRefused, common::v1::JOB_STATE_FAILED},
    {common::v1::JOB_STATE_IN_PROGRESS, JobEvent::kAllImported, common::v1::JOB_STATE_COMPLETED},
    {common::v1::JOB_STATE_IN_PROGRESS, JobEvent::kSomeFailed, common::v1::JOB_STATE_PARTIAL},
    {common::v1::JOB_STATE_IN_PROGRESS, JobEvent::kAllFailed, common::v1::JOB_STATE_FAILED},
    {common::v1::JOB_STATE_IN_PROGRESS, JobEvent::kPauseRequested, common::v1::JOB_STATE_PAUSED},
    {common::v1::JOB_STATE_IN_PROGRESS, JobEvent::kCancelRequested,
     common::v1::JOB_STATE_CANCELLING},
    {common::v1::JOB_STATE_PAUSED, JobEvent::kResumedToBegin, common::v1::JOB_STATE_PENDING},
    {common::v1::JOB_STATE_PAUSED, JobEvent::kResumedToCount, common::v1::JOB_STATE_COUNTING},
    {common::v1::JOB_STATE_PAUSED, JobEvent::kResumed, common::v1::JOB_STATE_IN_PROGRESS},
    {common::v1::JOB_STATE_PAUSED, JobEvent::kCancelRequested, common::v1::JOB_STATE_CANCELLING},
    {common::v1::JOB_STATE_CANCELLING, JobEvent::kCancelFinished, common::v1::JOB_STATE_CANCELLED},
    {common::v1::JOB_STATE_PARTIAL, JobEvent::kCallsRetried, common::v1::JOB_STATE_IN_PROGRESS},
    {common::v1::JOB_STATE_FAILED, JobEvent::kCallsRetried, common::v1::JOB_STATE_IN_PROGRESS},
    {common::v1::JOB_STATE_FAILED, JobEvent::kListingRetried, common::v1::JOB_STATE_PENDING},
    {common::v1::JOB_STATE_COMPLETED, JobEvent::kCallsInherited, common::v1::JOB_STATE_IN_PROGRESS},
    {common::v1::JOB_STATE_PARTIAL, JobEvent::kCallsInherited, common::v1::JOB_STATE_IN_PROGRESS},
    {common::v1::JOB_STATE_FAILED, JobEvent::kCallsInherited, common::v1::JOB_STATE_IN_PROGRESS},
});

// Nothing when the event cannot happen in that state.
std::optional<JobState> After(JobState from, JobEvent event);

// CANCELLED, or about to be.
bool IsCancelled(JobState state);

// COMPLETED, PARTIAL, FAILED or CANCELLED. PARTIAL and FAILED can be retried.
bool IsTerminal(JobState state);
bool CanBeRetried(JobState state);

// Whether what began before the event is refused after it.
bool RaisesEpoch(JobEvent event);

// How a job that was paused there goes on.
JobEvent ResumeTo(JobState paused_from);

// "all imported", for people.
std::string Describe(JobEvent event);

// "IN_PROGRESS"; also how tables keep it.
std::string NameOf(JobState state);
JobState JobStateOf(const std::string& name);

}  // namespace callimport::job_scheduler
