// What holds for all imports of one workspace.
#pragma once

#include <optional>
#include <string>

#include "libs/common/clock.h"

namespace callimport::job_scheduler {

// The hours of the day in which BULK calls are started, in the workspace's time zone. Equal hours:
// always open.
struct BulkHours {
  int start = 20;
  int end = 8;

  bool operator==(const BulkHours&) const = default;
};

// A mass import holds the workspace.
struct Maintenance {
  Timestamp since;
  std::optional<Timestamp> ends_at;
  // For people.
  std::string reason;
};

// In force: what was set, and defaults where nothing was. The values here are the product's.
struct WorkspaceSettings {
  std::string workspace_id;
  // What other systems call it; may be empty.
  std::string customer_id;
  std::string time_zone = "UTC";
  BulkHours bulk_hours;
  int bulk_calls_per_window = 5'000;
  int free_calls_per_month = 10;
  int weight = 10;
  int max_running_jobs = 2;
  // A mass import can no longer be reset.
  bool live = false;
  bool syncs_enabled = false;
  // Unset while no mass import holds the workspace.
  std::optional<Maintenance> maintenance;
};

// Some settings; the others stay as they are.
struct WorkspaceChange {
  std::optional<std::string> customer_id = {};
  std::optional<std::string> time_zone = {};
  std::optional<BulkHours> bulk_hours = {};
  std::optional<int> bulk_calls_per_window = {};
  std::optional<int> free_calls_per_month = {};
  std::optional<int> weight = {};
  std::optional<int> max_running_jobs = {};
  std::optional<bool> live = {};
  std::optional<bool> syncs_enabled = {};
};

}  // namespace callimport::job_scheduler
