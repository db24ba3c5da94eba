#include "services/job-scheduler/domain/call_states.h"

#include <stdexcept>
#include <string_view>

namespace callimport::job_scheduler {
namespace {

constexpr std::string_view kPrefix = "CALL_STATE_";

}  // namespace

std::optional<CallState> After(CallState from, CallEvent event) {
  return Find(kCallTransitions, from, event);
}

CallState TargetOf(CallEvent event) {
  for (const auto& transition : kCallTransitions) {
    if (transition.event == event) return transition.to;
  }
  throw std::logic_error("no transition for " + Describe(event));
}

std::vector<std::string> SourcesOf(CallEvent event) {
  std::vector<std::string> names;
  for (const auto& transition : kCallTransitions) {
    if (transition.event == event) names.push_back(NameOf(transition.from));
  }
  return names;
}

bool IsTerminal(CallState state) { return state >= common::v1::CALL_STATE_COMPLETED; }

std::string Describe(CallEvent event) {
  switch (event) {
    case CallEvent::kLeased:
      return "leased";
    case CallEvent::kTranscribing:
      return "transcribing";
    case CallEvent::kProcessing:
      return "processing";
    case CallEvent::kCompleted:
      return "completed";
    case CallEvent::kFailed:
      return "failed";
    case CallEvent::kReturned:
      return "returned";
    case CallEvent::kSkipped:
      return "skipped";
    case CallEvent::kRetried:
      return "retried";
    case CallEvent::kAdopted:
      return "adopted";
    case CallEvent::kGivenBack:
      return "given back";
  }
  return "unknown";
}

std::string NameOf(CallState state) { return CallState_Name(state).substr(kPrefix.size()); }

CallState CallStateOf(const std::string& name) {
  CallState state;
  if (CallState_Parse(std::string(kPrefix) + name, &state)) return state;
  throw std::invalid_argument("no such call state: " + name);
}

}  // namespace callimport::job_scheduler
