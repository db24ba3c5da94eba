#include "services/job-scheduler/api/source_messages.h"

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "services/job-scheduler/api/request_checks.h"

namespace callimport::job_scheduler {
namespace {

v1::Source::Health ToProto(SourceHealth health) {
  switch (health) {
    case SourceHealth::kOk:
      return v1::Source::HEALTH_OK;
    case SourceHealth::kUnhealthy:
      return v1::Source::HEALTH_UNHEALTHY;
    case SourceHealth::kDisconnected:
      return v1::Source::HEALTH_DISCONNECTED;
  }
  return v1::Source::HEALTH_UNSPECIFIED;
}

v1::SyncSettings ToProto(const SyncSettings& settings) {
  v1::SyncSettings message;
  message.set_enabled(settings.enabled);
  message.set_frequency_minutes(static_cast<int32_t>(settings.frequency.count()));
  message.set_mode(settings.mode == SyncMode::kFull ? v1::SyncSettings::MODE_FULL
                                                    : v1::SyncSettings::MODE_INCREMENTAL);
  return message;
}

bool IsFrequency(int minutes) {
  return minutes == 0 ||
         (minutes >= kShortestSyncFrequency.count() && minutes <= kLongestSyncFrequency.count());
}

RequestCheck CheckIds(const std::string& workspace_id, const std::string& credential_id) {
  return CheckWorkspaceId(workspace_id)
      .Require(IsUuid(credential_id), "credential_id", "must be a UUID");
}

void FillTimes(const Source& source, bool syncs_enabled, v1::Source& message) {
  using callimport::ToProto;
  if (source.next_probe_at) *message.mutable_next_probe_time() = ToProto(*source.next_probe_at);
  if (source.last_sync_at) *message.mutable_last_sync_time() = ToProto(*source.last_sync_at);
  if (source.synced_until) *message.mutable_synced_until() = ToProto(*source.synced_until);
  if (syncs_enabled && source.next_sync_at) {
    *message.mutable_next_sync_time() = ToProto(*source.next_sync_at);
  }
}

}  // namespace

v1::Source ToProto(const SourceInWorkspace& in_workspace) {
  const Source& source = in_workspace.source;
  v1::Source message;
  message.set_credential_id(source.key.credential_id);
  message.set_workspace_id(source.key.workspace_id);
  message.set_platform(source.platform);
  message.set_account_ref(source.account_ref);
  *message.mutable_settings() = ToProto(source.settings);
  message.set_health(ToProto(source.health));
  message.set_health_text(source.health_text);
  FillTimes(source, in_workspace.syncs_enabled, message);
  if (source.last_sync_state) message.set_last_sync_state(*source.last_sync_state);
  message.set_last_sync_calls_imported(source.last_sync_calls);
  message.set_last_sync_job_id(source.last_sync_job_id);
  message.set_running_job_id(source.running_job_id);
  message.set_overlap_seconds(source.overlap.count());
  message.set_note(source.note);
  if (!in_workspace.syncs_enabled && IsScheduled(source) && source.note.empty()) {
    message.set_note("Syncs are switched off in this workspace; it is synced when asked to.");
  }
  return message;
}

v1::SourceBreakers ToProto(const adapter_gateway::v1::ExplainLimitsResponse& limits) {
  using adapter_gateway::v1::Breaker;
  v1::SourceBreakers breakers;
  for (const Breaker& breaker : limits.breakers()) {
    if (breaker.state() != Breaker::STATE_OPEN && breaker.state() != Breaker::STATE_HALF_OPEN) {
      continue;
    }
    v1::OpenBreaker& open = *breakers.add_open();
    open.set_endpoints(breaker.group());
    if (breaker.has_probe_time()) *open.mutable_probe_time() = breaker.probe_time();
    open.set_reason(breaker.reason());
  }
  return breakers;
}

SyncSettings SettingsOf(const v1::SyncSettings& message) {
  SyncSettings settings;
  settings.enabled = message.enabled();
  if (message.frequency_minutes() > 0) {
    settings.frequency = std::chrono::minutes(message.frequency_minutes());
  }
  if (message.mode() == v1::SyncSettings::MODE_FULL) settings.mode = SyncMode::kFull;
  return settings;
}

absl::Status CheckSource(const std::string& workspace_id, const std::string& credential_id) {
  return CheckIds(workspace_id, credential_id).Verdict();
}

absl::Status Check(const v1::ListSourcesRequest& request) {
  RequestCheck check = CheckWorkspaceId(request.workspace_id());
  CheckPage(request.page(), check);
  return check.Verdict();
}

absl::Status Check(const v1::ConfigureSyncRequest& request) {
  const v1::SyncSettings& settings = request.settings();
  return CheckIds(request.workspace_id(), request.credential_id())
      .Require(request.has_settings(), "settings", "must be set")
      .Require(IsFrequency(settings.frequency_minutes()), "settings.frequency_minutes",
               "must be 5 to 10080, or 0 for 60")
      .Require(v1::SyncSettings::Mode_IsValid(settings.mode()), "settings.mode",
               "must be a known mode")
      .Verdict();
}

}  // namespace callimport::job_scheduler
