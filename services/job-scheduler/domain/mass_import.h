// The move of a whole workspace at once, as a list of steps.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "callimport/common/v1/actor.pb.h"
#include "callimport/common/v1/progress.pb.h"
#include "libs/common/clock.h"

namespace callimport::job_scheduler {

// In the order in which they are done.
enum class MassStep {
  kMaintenanceOn,
  kWebhooksHeld,
  kImportStarted,
  kImportEnded,
  kWebhooksReleased,
  kMaintenanceOff,
};
inline constexpr size_t kMassSteps = 6;

struct MassImport {
  std::string mass_import_id;
  std::string workspace_id;
  std::string credential_id;
  std::string request_id;
  std::string reason;
  std::optional<Timestamp> estimated_end;
  common::v1::Actor created_by;
  std::string correlation_id;
  // Empty until the import has started.
  std::string job_id;
  // Somebody ends it, however its import ended.
  bool given_up = false;
  std::array<std::optional<Timestamp>, kMassSteps> done_at;
  std::optional<Timestamp> reset_at;

  std::optional<Timestamp> DoneAt(MassStep step) const {
    return done_at[static_cast<size_t>(step)];
  }
};

// What is to be done now. Nothing: it has ended, or it waits for its import, or, when that ended
// badly, for somebody to look. `job` is the state of the import; unset: there is none.
std::optional<MassStep> NextStep(const MassImport& import, std::optional<common::v1::JobState> job);

}  // namespace callimport::job_scheduler
