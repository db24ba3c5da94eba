// What should have happened exactly once, and what did.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace callimport::job_scheduler {

struct EffectCount {
  // "engagement", "usage unit", "terminal event".
  std::string effect;
  int64_t expected = 0;
  int64_t found = 0;
  int64_t lost = 0;
  int64_t doubled = 0;
  // Some of the calls that are lost or doubled.
  std::vector<std::string> call_ids = {};
};

// Of numbers alone: what is missing is lost, what is too much is doubled.
EffectCount Compared(const std::string& effect, int64_t expected, int64_t found);

bool ExactlyOnce(const std::vector<EffectCount>& effects);

}  // namespace callimport::job_scheduler
