#include "services/adapter-gateway/api/connect_checks.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"

namespace callimport::adapter_gateway {
namespace {

using common::v1::CredentialField;
using common::v1::PlatformDescriptor;

constexpr size_t kMaxFieldBytes = 4096;
constexpr size_t kMaxAccountRefBytes = 64;

// A line break in a key would end the header it is sent in.
bool IsPlain(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

std::string FieldName(const std::string& name) { return "fields[" + name.substr(0, 64) + "]"; }

bool IsNamed(const PlatformDescriptor& platform, const std::string& name) {
  return std::any_of(platform.credential_fields().begin(), platform.credential_fields().end(),
                     [&](const CredentialField& field) { return field.name() == name; });
}

void CheckFields(const v1::ConnectWithApiKeyRequest& request, const PlatformDescriptor& platform,
                 RequestCheck& check) {
  for (const CredentialField& field : platform.credential_fields()) {
    const auto value = request.fields().find(field.name());
    const bool given = value != request.fields().end() && !value->second.empty();
    check.Require(given || !field.required(), FieldName(field.name()), "must be given");
  }
  for (const auto& [name, value] : request.fields()) {
    check.Require(IsNamed(platform, name), FieldName(name),
                  "is no field of " + platform.display_name());
    check.Require(value.size() <= kMaxFieldBytes && IsPlain(value), FieldName(name),
                  "must be one line of at most 4096 bytes");
  }
}

// Where the customer says his vendor is.
void CheckAddress(const v1::ConnectWithApiKeyRequest& request, const Platform& platform,
                  RequestCheck& check) {
  const auto address = request.fields().find("base_url");
  if (address == request.fields().end() || address->second.empty()) return;
  const absl::Status allowed = platform.terms.egress.CheckApi(address->second).status();
  check.Require(allowed.ok(), FieldName(address->first), std::string(allowed.message()));
}

}  // namespace

absl::Status CheckOneJob(const v1::ConnectWithApiKeyRequest& request, const rpc::Caller& caller) {
  if (request.for_one_job() == (caller.kind == "service")) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "FOR_ONE_JOB_ONLY",
               "keys for one job are connected by job-scheduler, and all others by people");
}

absl::Status CheckConnect(const v1::ConnectWithApiKeyRequest& request, const Platform* platform) {
  RequestCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID")
      .Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
               "must be 1 to 64 of letters, digits, '-', '_' and '.'")
      .Require(
          request.account_ref().size() <= kMaxAccountRefBytes && IsPlain(request.account_ref()),
          "account_ref", "must be one line of at most 64 bytes")
      .Require(!request.for_one_job() || (request.account_ref().empty() && !request.replace()),
               "for_one_job", "must not stand together with account_ref or replace")
      .Require(platform != nullptr, "platform", "is not in the catalog");
  if (platform != nullptr) {
    CheckFields(request, platform->descriptor, check);
    CheckAddress(request, *platform, check);
  }
  return check.Verdict();
}

}  // namespace callimport::adapter_gateway
