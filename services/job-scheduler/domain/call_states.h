// Where one call can stand, and what moves it on.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "callimport/common/v1/progress.pb.h"
#include "services/job-scheduler/domain/transition_table.h"

namespace callimport::job_scheduler {

using common::v1::CallState;

enum class CallEvent {
  kLeased,
  // The worker tells its stage.
  kTranscribing,
  kProcessing,
  kCompleted,
  kFailed,
  // Back into the queue: released, lease expired, or to be tried again later.
  kReturned,
  // The job was cancelled.
  kSkipped,
  kRetried,
  // A later job takes over what an earlier one did not import.
  kAdopted,
  // The later job was cancelled: back to one that had failed it before.
  kGivenBack,
};

inline constexpr std::array kCallEvents = {
    CallEvent::kLeased,  CallEvent::kTranscribing, CallEvent::kProcessing, CallEvent::kCompleted,
    CallEvent::kFailed,  CallEvent::kReturned,     CallEvent::kSkipped,    CallEvent::kRetried,
    CallEvent::kAdopted, CallEvent::kGivenBack,
};

inline constexpr auto kCallTransitions = std::to_array<Transition<CallState, CallEvent>>({
    {common::v1::CALL_STATE_PENDING, CallEvent::kLeased, common::v1::CALL_STATE_DOWNLOADING},
    {common::v1::CALL_STATE_PENDING, CallEvent::kFailed, common::v1::CALL_STATE_FAILED},
    {common::v1::CALL_STATE_PENDING, CallEvent::kSkipped, common::v1::CALL_STATE_SKIPPED},
    {common::v1::CALL_STATE_DOWNLOADING, CallEvent::kTranscribing,
     common::v1::CALL_STATE_TRANSCRIBING},
    {common::v1::CALL_STATE_DOWNLOADING, CallEvent::kProcessing, common::v1::CALL_STATE_PROCESSING},
    {common::v1::CALL_STATE_DOWNLOADING, CallEvent::kCompleted, common::v1::CALL_STATE_COMPLETED},
    {common::v1::CALL_STATE_DOWNLOADING, CallEvent::kFailed, common::v1::CALL_STATE_FAILED},
    {common::v1::CALL_STATE_DOWNLOADING, CallEvent::kReturned, common::v1::CALL_STATE_PENDING},
    {common::v1::CALL_STATE_DOWNLOADING, CallEvent::kSkipped, common::v1::CALL_STATE_SKIPPED},
    {common::v1::CALL_STATE_TRANSCRIBING, CallEvent::kProcessing,
     common::v1::CALL_STATE_PROCESSING},
    {common::v1::CALL_STATE_TRANSCRIBING, CallEvent::kCompleted, common::v1::CALL_STATE_COMPLETED},
    {common::v1::CALL_STATE_TRANSCRIBING, CallEvent::kFailed, common::v1::CALL_STATE_FAILED},
    {common::v1::CALL_STATE_TRANSCRIBING, CallEvent::kReturned, common::v1::CALL_STATE_PENDING},
    {common::v1::CALL_STATE_TRANSCRIBING, CallEvent::kSkipped, common::v1::CALL_STATE_SKIPPED},
    {common::v1::CALL_STATE_PROCESSING, CallEvent::kCompleted, common::v1::CALL_STATE_COMPLETED},
    {common::v1::CALL_STATE_PROCESSING, CallEvent::kFailed, common::v1::CALL_STATE_FAILED},
    {common::v1::CALL_STATE_PROCESSING, CallEvent::kReturned, common::v1::CALL_STATE_PENDING},
    {common::v1::CALL_STATE_PROCESSING, CallEvent::kSkipped, common::v1::CALL_STATE_SKIPPED},
    {common::v1::CALL_STATE_FAILED, CallEvent::kRetried, common::v1::CALL_STATE_PENDING},
    {common::v1::CALL_STATE_FAILED, CallEvent::kAdopted, common::v1::CALL_STATE_PENDING},
    {common::v1::CALL_STATE_SKIPPED, CallEvent::kAdopted, common::v1::CALL_STATE_PENDING},
    {common::v1::CALL_STATE_FAILED, CallEvent::kGivenBack, common::v1::CALL_STATE_FAILED},
    {common::v1::CALL_STATE_SKIPPED, CallEvent::kGivenBack, common::v1::CALL_STATE_FAILED},
});

// Nothing when the event cannot happen in that state.
std::optional<CallState> After(CallState from, CallEvent event);

// Where the event leads, which is one place for all states it can happen in.
CallState TargetOf(CallEvent event);

// The states in which the event can happen, by name.
std::vector<std::string> SourcesOf(CallEvent event);

// COMPLETED, FAILED or SKIPPED.
bool IsTerminal(CallState state);

// "returned", for people.
std::string Describe(CallEvent event);

// "DOWNLOADING"; also how tables keep it.
std::string NameOf(CallState state);
CallState CallStateOf(const std::string& name);

}  // namespace callimport::job_scheduler
