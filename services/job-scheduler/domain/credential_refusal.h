// What follows when a vendor refuses a key in the middle of an import: everything else that needs
// the key waits, instead of being refused the same way, until the key is accepted again.
#pragma once

#include <chrono>
#include <string>

#include "libs/common/clock.h"
#include "services/job-scheduler/domain/call_outcome.h"

namespace callimport::job_scheduler {

struct CredentialRefusal {
  // For the first time.
  Timestamp refused_at = {};
  // That were refused, each after its pause.
  int tries = 0;
  Timestamp try_after = {};
  // Stable, and for people.
  std::string reason = {};
  std::string message = {};
};

// Whether it is the key that was refused, and not this one question.
bool IsRefusal(const Outcome& outcome);

// The same key was refused again, or for the first time when `tries` is 0. Those that were on their
// way already tell nothing new.
void Refuse(CredentialRefusal& refusal, const Failed& failed, Timestamp now);

// It was refused for so long that nobody waits any more.
bool IsGivenUp(const CredentialRefusal& refusal, Timestamp now);

}  // namespace callimport::job_scheduler
