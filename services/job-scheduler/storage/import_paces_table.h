// The SQL of how imports run: what ended of late, and what is still to be done. Every function
// joins the caller's transaction and changes nothing.
#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/common/clock.h"

namespace callimport::job_scheduler {

struct EndedImport {
  std::string workspace_id;
  int64_t calls = 0;
  Timestamp started_at;
  Timestamp ended_at;
  // It waited for the nightly window.
  bool waited_for_window = false;
};
// The newest of the platform that had enough calls to tell anything, of all workspaces.
std::vector<EndedImport> FindEndedImports(pqxx::work& tx, const std::string& platform);

// Calls that jobs of the credential are still to import, as far as they are counted.
int64_t CountCallsBefore(pqxx::work& tx, const std::string& credential_id);

}  // namespace callimport::job_scheduler
