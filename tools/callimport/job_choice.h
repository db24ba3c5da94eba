// Which job and which credential are meant when people do not type ids.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/callimport/session.h"

namespace callimport::cli {

// The first word behind the command; "last" when there is none.
std::string JobChoiceOf(const Arguments& arguments);

// "last" is the newest job of the workspace; anything else is an id.
absl::StatusOr<std::string> ChooseJob(Session& session, const std::string& text);

// --credential, else the only valid one of the workspace (and --platform).
absl::StatusOr<std::string> ChooseCredential(Session& session, const Arguments& arguments);

}  // namespace callimport::cli
