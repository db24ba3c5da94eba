// What the configuration means, with its defaults; checked before anything is opened.
#pragma once

#include <chrono>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/credential-manager/config.pb.h"
#include "services/credential-manager/oauth/providers.h"

namespace callimport::credential_manager {

// INVALID_ARGUMENT naming the field. Reads the files of keys, too.
absl::Status CheckConfig(const Config& config);

// Those of the catalog at which we are known.
absl::StatusOr<OAuthProviders> ReadProviders(const Config& config);

std::chrono::seconds RetryWindowOf(const LifecycleConfig& config);
std::chrono::hours WebhookSecretQuietOf(const LifecycleConfig& config);

}  // namespace callimport::credential_manager
