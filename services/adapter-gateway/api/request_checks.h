// Checks that several rpcs share.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "callimport/common/v1/call.pb.h"
#include "callimport/common/v1/platform.pb.h"
#include "libs/common/errors.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/platforms/platform_adapter.h"

namespace callimport::adapter_gateway {

// Both ids as they must look, and a workspace that the caller may see.
absl::Status CheckCredentialRequest(const std::string& workspace_id,
                                    const std::string& credential_id, RequestCheck check = {});

// INVALID_ARGUMENT when the platform does not know one of the filter's names, or its value.
absl::Status CheckAttributes(const common::v1::CallFilter& filter,
                             const common::v1::PlatformDescriptor& platform);

// What an unset end means is up to the caller.
Period ToPeriod(const common::v1::CallFilter& filter, Timestamp default_end);

}  // namespace callimport::adapter_gateway
