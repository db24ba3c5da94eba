// What the vault tells of a credential.
#pragma once

#include <string>

#include "services/job-scheduler/domain/source.h"

namespace callimport::job_scheduler {

struct CredentialFact {
  SourceKey key = {};
  std::string platform = {};
  std::string account_ref = {};
  bool ephemeral = false;
  // The vendor has not refused it.
  bool valid = true;
  // Somebody deleted it, or it was destroyed.
  bool gone = false;
  // In the order in which they came true; 0 in a snapshot.
  int64_t revision = 0;
};

}  // namespace callimport::job_scheduler
