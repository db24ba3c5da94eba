#include "services/job-scheduler/api/import_source.h"

#include <algorithm>
#include <set>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::FilterField;
using common::v1::PlatformDescriptor;

bool Allows(const FilterField& field, const std::string& value) {
  const auto& allowed = field.allowed_values();
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

// "It has none." or "It has direction, user."
std::string NamesOf(const PlatformDescriptor& platform) {
  std::string names;
  for (const FilterField& field : platform.filters()) {
    names += (names.empty() ? "" : ", ") + field.name();
  }
  return names.empty() ? "; it has none" : "; it has " + names;
}

void CheckAttribute(const PlatformDescriptor& platform, const std::string& name,
                    const std::string& value, RequestCheck& check) {
  const std::string field = "filter.attributes[" + name.substr(0, 64) + "]";
  const auto known = std::find_if(platform.filters().begin(), platform.filters().end(),
                                  [&](const FilterField& filter) { return filter.name() == name; });
  const bool found = known != platform.filters().end();
  check.Require(found, field, "is no filter of " + platform.display_name() + NamesOf(platform))
      .Require(!found || Allows(*known, value), field,
               "has a value that the platform does not know");
}

// Of a credential, not of who was asked about it.
bool IsRefusal(const std::string& reason) {
  static const std::set<std::string> refusals = {"INVALID_KEY",          "MISSING_PERMISSION",
                                                 "CREDENTIAL_NOT_FOUND", "CREDENTIAL_UNREADABLE",
                                                 "ADDRESS_REFUSED",      "PLATFORM_NOT_SUPPORTED"};
  return refusals.contains(reason);
}

}  // namespace

absl::Status ImportSource::CheckAccepted(const v1::CreateImportJobRequest& request) {
  adapter_gateway::v1::VerifyCredentialRequest verify;
  verify.set_workspace_id(request.workspace_id());
  verify.set_credential_id(request.credential_id());
  const auto verdict = connections_.Verify(verify);
  if (!verdict.ok()) {
    if (IsRefusal(ReasonOf(verdict.status()))) return verdict.status();
    log::Warning("an import begins without a verdict on its credential",
                 {{"credential_id", request.credential_id()}, {"status", verdict.status()}});
    return absl::OkStatus();
  }
  if (verdict->accepted() || !IsRefusal(verdict->reason())) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, verdict->reason(), verdict->message());
}

absl::StatusOr<std::string> ImportSource::PlatformOf(const v1::CreateImportJobRequest& request) {
  if (request.has_inline_credential()) return request.inline_credential().platform();
  ASSIGN_OR_RETURN(const auto credential,
                   vault_.Get(request.workspace_id(), request.credential_id()));
  return credential.platform();
}

absl::Status ImportSource::CheckAttributes(const v1::CreateImportJobRequest& request) {
  if (request.filter().attributes().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string name, PlatformOf(request));
  ASSIGN_OR_RETURN(const auto catalog, connections_.ListPlatforms());
  const auto& platforms = catalog.platforms();
  const auto platform =
      std::find_if(platforms.begin(), platforms.end(),
                   [&](const PlatformDescriptor& each) { return each.platform() == name; });
  RequestCheck check;
  check.Require(platform != platforms.end(), "inline_credential.platform", "is not in the catalog");
  if (platform == platforms.end()) return check.Verdict();
  for (const auto& [attribute, value] : request.filter().attributes()) {
    CheckAttribute(*platform, attribute, value, check);
  }
  return check.Verdict();
}

absl::StatusOr<std::string> ImportSource::Connect(const v1::CreateImportJobRequest& request) {
  adapter_gateway::v1::ConnectWithApiKeyRequest connect;
  connect.set_request_id(request.request_id());
  connect.set_workspace_id(request.workspace_id());
  connect.set_platform(request.inline_credential().platform());
  *connect.mutable_fields() = request.inline_credential().fields();
  connect.set_for_one_job(true);
  ASSIGN_OR_RETURN(const auto connected, connections_.Connect(connect));
  return connected.credential_id();
}

}  // namespace callimport::job_scheduler
