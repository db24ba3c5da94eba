// A connected account as something that is kept up to date, and the rules of when.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "libs/common/clock.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

enum class SyncMode { kIncremental, kFull };
enum class SourceHealth { kOk, kUnhealthy, kDisconnected };

struct SyncSettings {
  bool enabled = true;
  std::chrono::minutes frequency{60};
  SyncMode mode = SyncMode::kIncremental;
};

inline constexpr std::chrono::minutes kShortestSyncFrequency{5};
inline constexpr std::chrono::minutes kLongestSyncFrequency{7 * 24 * 60};

struct SourceKey {
  std::string workspace_id;
  std::string credential_id;

  auto operator<=>(const SourceKey&) const = default;
};

struct Source {
  SourceKey key;
  std::string platform;
  std::string account_ref;
  // Lives for one job.
  bool ephemeral = false;
  SyncSettings settings;

  SourceHealth health = SourceHealth::kOk;
  // For people; empty while it is well.
  std::string health_text;
  int probe_failures = 0;
  // Set exactly while it is unhealthy.
  std::optional<Timestamp> next_probe_at;

  // Empty: none runs.
  std::string running_job_id;
  std::optional<Timestamp> next_sync_at;
  std::optional<Timestamp> next_reconcile_at;
  // Every call that started in between has been listed. Unset: it was never synced. Calls that
  // started before are no sync's concern, unless each lists everything.
  std::optional<Timestamp> synced_from;
  std::optional<Timestamp> synced_until;
  // How far every sync looks back.
  std::chrono::seconds overlap{std::chrono::hours(2)};

  std::optional<Timestamp> last_sync_at;
  std::optional<JobState> last_sync_state;
  int64_t last_sync_calls = 0;
  std::string last_sync_job_id;

  // What people should know of the last sync; mostly empty.
  std::string note;
  bool secret_destroyed = false;
};

// Whether it is synced by itself at all.
bool IsScheduled(const Source& source);

// When it is to be synced next; unset while it is not scheduled or a sync runs.
std::optional<Timestamp> DueAt(const Source& source);

// Settings as of now: syncs that are turned on begin at once, a new frequency holds from the next
// tick on.
void Configure(Source& source, const SyncSettings& settings, Timestamp now);

// The vendor refuses it. Nothing is scheduled until a probe passes.
void MarkUnhealthy(Source& source, const std::string& why, Timestamp now);
// Asked, and still refused.
void FailProbe(Source& source, const std::string& why, Timestamp now);
// What was missed meanwhile is caught up at once.
void MarkHealthy(Source& source, Timestamp now);

// Its credential is gone, or about to be.
void MarkDisconnected(Source& source, const std::string& why);

// A sync begins now; ticks that were missed are over with it.
void BeginSync(Source& source, const std::string& job_id, bool reconciles, Timestamp now);

struct EndedSync {
  std::string job_id = {};
  JobState state = common::v1::JOB_STATE_UNSPECIFIED;
  Timestamp ended_at = {};
  int64_t calls_imported = 0;
  // The vendor refused the credential, and said so.
  bool refused = false;
  std::string refusal = {};
  // What it listed; unset when it did not come to its end.
  std::optional<Timestamp> listed_from = {};
  std::optional<Timestamp> listed_until = {};
  // How late the latest call was that it found; zero when none was.
  std::chrono::seconds late{0};
  std::string note = {};
};

void EndSync(Source& source, const EndedSync& ended);

}  // namespace callimport::job_scheduler
