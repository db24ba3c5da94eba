#include "services/job-scheduler/domain/credential_refusal.h"

#include <algorithm>

namespace callimport::job_scheduler {
namespace {

constexpr std::chrono::minutes kFirstPause{1};
constexpr std::chrono::minutes kLongestPause{60};
constexpr std::chrono::hours kLongestWait{24};

// One minute, two, four …
std::chrono::minutes PauseAfter(int tries) {
  std::chrono::minutes pause = kFirstPause;
  for (int refused = 1; refused < tries && pause < kLongestPause; ++refused) pause *= 2;
  return std::min(pause, kLongestPause);
}

}  // namespace

bool IsRefusal(const Outcome& outcome) {
  const auto* failed = std::get_if<Failed>(&outcome);
  return failed != nullptr && failed->failure_class == FailureClass::kAuth &&
         failed->reason == "INVALID_KEY";
}

void Refuse(CredentialRefusal& refusal, const Failed& failed, Timestamp now) {
  if (refusal.tries > 0 && now < refusal.try_after) return;
  if (refusal.tries == 0) refusal.refused_at = now;
  ++refusal.tries;
  refusal.try_after = now + PauseAfter(refusal.tries);
  refusal.reason = failed.reason;
  refusal.message = failed.message;
}

bool IsGivenUp(const CredentialRefusal& refusal, Timestamp now) {
  return refusal.tries > 0 && now >= refusal.refused_at + kLongestWait;
}

}  // namespace callimport::job_scheduler
