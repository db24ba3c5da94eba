#include "services/job-scheduler/domain/call_outcome.h"

namespace callimport::job_scheduler {
namespace {

Verdict Unchanged(const CallInWork& call) {
  return {.state = call.state,
          .available_at = std::nullopt,
          .failures = call.failures,
          .media_stored = call.media_stored,
          .transcript_ready = call.transcript_ready,
          .engagement_id = "",
          .error_reason = "",
          .error_message = "",
          .tally = {}};
}

Verdict Complete(const CallInWork& call, const Completed& completed) {
  Verdict verdict = Unchanged(call);
  verdict.state = TargetOf(CallEvent::kCompleted);
  verdict.engagement_id = completed.engagement_id;
  // A call may be without a recording, and then none was stored, whatever stage was told.
  verdict.media_stored = completed.media_bytes > 0;
  verdict.transcript_ready = true;
  verdict.tally.completed = 1;
  verdict.tally.media_stored = int{verdict.media_stored} - int{call.media_stored};
  verdict.tally.transcripts_ready = int{!call.transcript_ready};
  verdict.tally.media_bytes = completed.media_bytes;
  return verdict;
}

// When the next attempt is due, if there is to be one.
std::optional<Timestamp> NextAttempt(const Failed& failed, int failures,
                                     const RetrySchedule& schedule, Timestamp now,
                                     std::minstd_rand& random) {
  switch (failed.failure_class) {
    case FailureClass::kQuota:
      return now + QuotaPause(schedule, failed.retry_after);
    case FailureClass::kTransient:
      if (const auto pause = PauseAfter(schedule, failures, failed.retry_after, random)) {
        return now + *pause;
      }
      return std::nullopt;
    case FailureClass::kAuth:
    case FailureClass::kPermanent:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Verdict HandBack(const CallInWork& call, Timestamp now) {
  Verdict verdict = Unchanged(call);
  verdict.state = TargetOf(CallEvent::kReturned);
  verdict.available_at = now;
  return verdict;
}

Verdict AwaitKey(const CallInWork& call, const Failed& refused, Timestamp now) {
  Verdict verdict = HandBack(call, now);
  verdict.error_reason = refused.reason;
  verdict.error_message = refused.message;
  return verdict;
}

Verdict Judge(const CallInWork& call, const Outcome& outcome, bool cancelling,
              const RetrySchedule& schedule, Timestamp now, std::minstd_rand& random) {
  if (const auto* completed = std::get_if<Completed>(&outcome)) return Complete(call, *completed);

  const Failed& failed = std::get<Failed>(outcome);
  const bool counts = failed.failure_class != FailureClass::kQuota;
  Verdict verdict = Unchanged(call);
  verdict.failures += int{counts};
  verdict.error_reason = failed.reason;
  verdict.error_message = failed.message;
  verdict.tally.errors = int{counts};
  if (counts) verdict.tally.last_error = failed.message.empty() ? failed.reason : failed.message;

  const auto next = NextAttempt(failed, verdict.failures, schedule, now, random);
  if (!next) {
    verdict.state = TargetOf(CallEvent::kFailed);
    verdict.tally.failed = 1;
  } else if (cancelling) {
    verdict.state = TargetOf(CallEvent::kSkipped);
    verdict.tally.skipped = 1;
  } else {
    verdict.state = TargetOf(CallEvent::kReturned);
    verdict.available_at = next;
  }
  return verdict;
}

}  // namespace callimport::job_scheduler
