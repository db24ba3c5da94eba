#include "services/job-scheduler/domain/wait_reason.h"

#include <algorithm>

#include "absl/time/time.h"
#include "libs/common/proto_time.h"
#include "services/job-scheduler/domain/bulk_window.h"
#include "services/job-scheduler/domain/queue_contest.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::Wait;

// "20:00 on 2026-11-21 (Europe/Berlin)".
std::string LocalTime(Timestamp time, const std::string& time_zone) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(time_zone, &zone);
  return std::string(absl::FormatTime("%H:%M on %Y-%m-%d", absl::FromChrono(time), zone)) + " (" +
         time_zone + ")";
}

class Waits {
 public:
  Waits(const ImportJob& job, const WaitFacts& facts, Timestamp now)
      : job_(job), facts_(facts), now_(now) {}

  std::vector<Wait> Find() {
    if (IsTerminal(job_.state) || job_.state == common::v1::JOB_STATE_CANCELLING) return {};
    if (job_.state == common::v1::JOB_STATE_PAUSED) return {PausedWait()};
    AddMaintenance();
    AddCredential();
    AddJobLimit();
    AddWindow();
    AddBreaker();
    AddQuota();
    AddRetry();
    AddFairness();
    return std::move(found_);
  }

 private:
  // There is something that could go on but for what is looked for here.
  bool WantsToGoOn() const { return facts_.queue.due > 0 || WantsListing(); }
  bool WantsListing() const {
    return !job_.progress.listing_done() && !job_.listing_refused && !facts_.queue.listing_until;
  }

  void Add(Wait::Reason reason, std::optional<Timestamp> until, const std::string& text,
           int64_t calls = 0) {
    Wait& wait = found_.emplace_back();
    wait.set_reason(reason);
    if (until) *wait.mutable_until_time() = ToProto(*until);
    wait.set_text(text);
    wait.set_calls(calls);
  }

  void AddMaintenance() {
    const auto& maintenance = facts_.workspace.maintenance;
    if (!maintenance || !facts_.queue.maintenance) return;
    Add(Wait::REASON_MAINTENANCE, maintenance->ends_at,
        "A mass import holds this workspace: " + maintenance->reason);
  }

  void AddCredential() {
    if (const auto& refusal = facts_.queue.refusal) {
      Add(Wait::REASON_CREDENTIAL, refusal->try_after,
          "The source refuses the credential, and is asked again then: " + refusal->message,
          facts_.queue.due);
    } else if (job_.listing_refused && !IsListingGivenUp(job_)) {
      Add(Wait::REASON_CREDENTIAL, {}, "The source refuses the credential: " + job_.listing_error);
    }
  }

  void AddJobLimit() {
    if (!facts_.queue.job_limit) return;
    Add(Wait::REASON_JOB_LIMIT, {}, *facts_.queue.job_limit);
  }

  void AddWindow() {
    if (!ObeysWindow(job_.work_class, job_.run_now) || facts_.queue.due == 0) return;
    const BulkWindow window(facts_.workspace.time_zone, facts_.workspace.bulk_hours);
    if (const auto opens = window.OpensAt(now_)) {
      Add(Wait::REASON_WINDOW, opens,
          "Calls of this import are started at night; the next window opens at " +
              LocalTime(*opens, facts_.workspace.time_zone) + ".",
          facts_.queue.due);
      return;
    }
    if (facts_.queue.started_in_window < facts_.workspace.bulk_calls_per_window) return;
    Add(Wait::REASON_QUOTA, window.NextAfter(now_),
        "The " + std::to_string(facts_.workspace.bulk_calls_per_window) +
            " calls that this credential may start in one window are started.",
        facts_.queue.due);
  }

  void AddBreaker() {
    const auto& breaker = facts_.source.breaker;
    const WaitingCalls& waiting = facts_.queue.breaker;
    if (breaker && (WantsToGoOn() || waiting.calls > 0)) {
      Add(Wait::REASON_BREAKER, breaker->probe_at,
          "The source fails and is left alone for a while: " + breaker->reason,
          facts_.queue.due + waiting.calls);
    } else if (waiting.calls > 0) {
      Add(Wait::REASON_BREAKER, waiting.until, "The source failed and was left alone for a while.",
          waiting.calls);
    }
  }

  // The vendor's own limit: as calls ran into it, or as the gateway knows it. An open breaker is
  // felt as one, and named already.
  void AddQuota() {
    const WaitingCalls& waiting = facts_.queue.quota;
    const auto& breaker = facts_.source.breaker;
    auto until = facts_.source.blocked_until;
    const bool counts = !breaker && !facts_.queue.refusal;
    if (counts) until = std::max(until, facts_.queue.parked_until);
    const Timestamp after = breaker ? breaker->probe_at.value_or(now_) : now_;
    const bool held = until && *until > after && WantsToGoOn();
    if (held || waiting.calls > 0) {
      Add(Wait::REASON_QUOTA, held ? until : waiting.until,
          "The source allows no more requests for now.",
          waiting.calls + (held ? facts_.queue.due : 0));
    }
    if (facts_.queue.listing_until && !facts_.queue.listing_failed) {
      Add(Wait::REASON_QUOTA, facts_.queue.listing_until,
          "The listing waits for the source's quota: " + job_.listing_error);
    }
  }

  void AddRetry() {
    const WaitingCalls& waiting = facts_.queue.retry;
    if (facts_.queue.listing_until && facts_.queue.listing_failed) {
      Add(Wait::REASON_RETRY, facts_.queue.listing_until,
          "The source could not be listed, and is tried again: " + job_.listing_error);
    }
    if (IsListingGivenUp(job_)) {
      Add(Wait::REASON_RETRY, {}, "The listing waits for RetryFailed. " + job_.listing_error);
    }
    if (waiting.calls == 0) return;
    Add(Wait::REASON_RETRY, waiting.until,
        waiting.calls == 1
            ? "One call failed and is tried again later."
            : std::to_string(waiting.calls) + " calls failed and are tried again later.",
        waiting.calls);
  }

  // Nothing of its own holds it, and still nothing of it is in work.
  void AddFairness() {
    if (facts_.queue.due == 0 || facts_.queue.in_work > 0) return;
    for (const Wait& wait : found_) {
      if (wait.calls() == 0 || wait.calls() >= facts_.queue.due) return;
    }
    Add(Wait::REASON_FAIRNESS, {},
        facts_.queue.others_in_work > 0
            ? "Other imports have their turn; this one is next in its order."
            : "No worker takes calls at the moment.",
        facts_.queue.due);
  }

  const ImportJob& job_;
  const WaitFacts& facts_;
  const Timestamp now_;
  std::vector<Wait> found_;
};

}  // namespace

void WaitingCalls::Add(int64_t more, Timestamp from, Timestamp to) {
  calls += more;
  until = std::min(until.value_or(from), from);
  last = std::max(last.value_or(to), to);
}

std::vector<Wait> WaitsOf(const ImportJob& job, const WaitFacts& facts, Timestamp now) {
  return Waits(job, facts, now).Find();
}

std::vector<Wait> ShownWaits(const ImportJob& job, const WaitFacts& facts, Timestamp now) {
  const bool paused = job.state == common::v1::JOB_STATE_PAUSED;
  if (facts.queue.in_work > 0 && !paused) return {};
  return WaitsOf(job, facts, now);
}

}  // namespace callimport::job_scheduler
