// What cannot be undone is asked for twice.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/callimport/session.h"

namespace callimport::cli {

// Whether it was said beforehand (--yes), or is said now.
inline absl::StatusOr<bool> Confirmed(Session& session, const Arguments& arguments,
                                      const std::string& question) {
  if (arguments.Has("--yes")) return true;
  const auto answer = session.terminal().Ask(question + " (yes/no)");
  if (!answer) return UsageError("nobody can be asked; say --yes");
  return *answer == "yes" || *answer == "y";
}

}  // namespace callimport::cli
