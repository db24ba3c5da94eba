#include "services/adapter-gateway/api/request_checks.h"

#include <algorithm>

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

// 2020-01-01T00:00:00Z, as CallFilter promises.
constexpr Timestamp kDefaultStart{std::chrono::seconds(1'577'836'800)};

}  // namespace

absl::Status CheckCredentialRequest(const std::string& workspace_id,
                                    const std::string& credential_id, RequestCheck check) {
  return check
      .Require(IsWorkspaceId(workspace_id), "workspace_id",
               "must be 1 to 64 of letters, digits, '-', '_' and '.'")
      .Require(!credential_id.empty() && credential_id.size() <= 64, "credential_id",
               "must be the id of a credential")
      .Verdict();
}

Period ToPeriod(const common::v1::CallFilter& filter, Timestamp default_end) {
  return {.start = filter.has_start_time() ? FromProto(filter.start_time()) : kDefaultStart,
          .end = filter.has_end_time() ? FromProto(filter.end_time()) : default_end,
          .attributes = {filter.attributes().begin(), filter.attributes().end()}};
}

absl::Status CheckAttributes(const common::v1::CallFilter& filter,
                             const common::v1::PlatformDescriptor& platform) {
  RequestCheck check;
  for (const auto& [name, value] : filter.attributes()) {
    const auto field = std::find_if(platform.filters().begin(), platform.filters().end(),
                                    [&](const auto& known) { return known.name() == name; });
    check.Require(field != platform.filters().end(), "filter.attributes",
                  platform.display_name() + " has no filter " + log::Redact(name.substr(0, 64)));
    if (field == platform.filters().end() || field->allowed_values().empty()) continue;
    const auto& allowed = field->allowed_values();
    check.Require(std::find(allowed.begin(), allowed.end(), value) != allowed.end(),
                  "filter.attributes", name + " must be one of the platform's values");
  }
  return check.Verdict();
}

}  // namespace callimport::adapter_gateway
