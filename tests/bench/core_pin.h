// Keeps processes to some cores of the machine, for figures "on one core".
#pragma once

#include <sys/types.h>

#include <vector>

namespace callimport::bench {

// All threads of the process, and what they start from now on. False where the system refuses.
bool KeepToCores(pid_t pid, const std::vector<int>& cores);

// The same for the process and its children: PostgreSQL's backends.
bool KeepFamilyToCores(pid_t pid, const std::vector<int>& cores);

// One process alone on the first core, PostgreSQL and this process on the others, until destroyed.
class CoresApart {
 public:
  CoresApart(pid_t alone, pid_t postmaster);
  ~CoresApart();
  CoresApart(const CoresApart&) = delete;
  CoresApart& operator=(const CoresApart&) = delete;

  // False on a machine of one core, or where the system refuses.
  bool holds() const { return holds_; }

 private:
  const pid_t postmaster_;
  bool holds_ = false;
};

}  // namespace callimport::bench
