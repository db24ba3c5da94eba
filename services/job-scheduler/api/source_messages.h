// Between sources and what the protos say of them, and what requests about them must look like.
#pragma once

#include "absl/status/status.h"
#include "callimport/adapter_gateway/v1/quota.pb.h"
#include "callimport/job_scheduler/v1/sources.pb.h"
#include "services/job-scheduler/storage/source_store.h"

namespace callimport::job_scheduler {

v1::Source ToProto(const SourceInWorkspace& source);
// Those that let nothing through, or a probe alone.
v1::SourceBreakers ToProto(const adapter_gateway::v1::ExplainLimitsResponse& limits);
// With its defaults filled in; the message was checked before.
SyncSettings SettingsOf(const v1::SyncSettings& message);

absl::Status CheckSource(const std::string& workspace_id, const std::string& credential_id);
absl::Status Check(const v1::ListSourcesRequest& request);
absl::Status Check(const v1::ConfigureSyncRequest& request);

}  // namespace callimport::job_scheduler
